const batchSize = 50;

/** Runs `work` over `items` in batches of 50, so that not every item sends a request to AWS at the same time. @returns results in order */
export async function mapInBatches<T, R>(
  items: readonly T[],
  work: (item: T, index: number) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  for (let from = 0; from < items.length; from += batchSize)
    results.push(
      ...(await Promise.all(items.slice(from, from + batchSize).map(async (item, i) => await work(item, from + i)))),
    );
  return results;
}
