/** Runs work once per name: a concurrent call with the same name joins it. At most `limit` names run at once. */
export function createMutex(limit: number): (name: string, work: () => Promise<void>) => Promise<void> {
  const underWay = new Map<string, Promise<void>>();
  const waiting: (() => void)[] = [];
  let running = 0;
  const run = async (work: () => Promise<void>) => {
    if (running >= limit) await new Promise<void>(resolve => waiting.push(resolve));
    else running++;
    try {
      await work();
    } finally {
      // Hand the slot over to the next waiting call.
      const next = waiting.shift();
      if (next) next();
      else running--;
    }
  };
  return async (name, work) => {
    const known = underWay.get(name) ?? run(work).finally(() => underWay.delete(name));
    underWay.set(name, known);
    await known;
  };
}
