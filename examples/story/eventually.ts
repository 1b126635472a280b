/** It only ends what hangs: a busy machine may be slow. */
const longestMs = 120_000;
const lookEveryMs = 100;

/** Looks again and again until it is so: what services do by themselves takes a moment. @throws with what was seen last */
export async function eventually<T>(look: () => Promise<T>, isSo: (seen: T) => boolean): Promise<T> {
  const until = performance.now() + longestMs;
  for (;;) {
    const seen = await look();
    if (isSo(seen)) return seen;
    if (performance.now() > until) throw new Error(`It did not come to pass; seen last: ${JSON.stringify(seen)}`);
    await new Promise(resolve => setTimeout(resolve, lookEveryMs));
  }
}
