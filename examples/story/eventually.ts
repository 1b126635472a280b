/** Ends a test that hangs; generous, since a busy machine may be slow. */
const maxWaitMs = 120_000;
const pollMs = 100;

/** Polls until a condition holds. @throws Error with the last value */
export async function eventually<T>(read: () => Promise<T>, isSo: (seen: T) => boolean): Promise<T> {
  const until = performance.now() + maxWaitMs;
  for (;;) {
    const seen = await read();
    if (isSo(seen)) return seen;
    if (performance.now() > until)
      throw new Error(`The condition did not hold in time; last value: ${JSON.stringify(seen)}`);
    await new Promise(resolve => setTimeout(resolve, pollMs));
  }
}
