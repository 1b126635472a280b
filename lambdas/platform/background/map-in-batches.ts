const handful = 50;

/** Does the same for many things, some at once and the rest in turn: a request to AWS for each would be too many at once. */
export async function mapInBatches<T, R>(
  things: readonly T[],
  work: (thing: T, index: number) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  for (let from = 0; from < things.length; from += handful)
    results.push(
      ...(await Promise.all(things.slice(from, from + handful).map(async (thing, i) => await work(thing, from + i)))),
    );
  return results;
}
