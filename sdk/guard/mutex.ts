/** Work by names: what is under way for a name is joined, and only so many names are worked on at once. */
export function createMutex(most: number): (name: string, work: () => Promise<void>) => Promise<void> {
  const underWay = new Map<string, Promise<void>>();
  const waiting: (() => void)[] = [];
  let running = 0;
  const run = async (work: () => Promise<void>) => {
    if (running >= most) await new Promise<void>(resolve => waiting.push(resolve));
    else running++;
    try {
      await work();
    } finally {
      // The place goes over to the next one.
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
