/** Works through parts a few at a time: each lane takes the next one that nobody has. @param lanes how many at once */
export async function mapConcurrently<T>(
  lanes: number,
  parts: readonly T[],
  work: (part: T) => Promise<void>,
): Promise<void> {
  const waiting = parts.values();
  const lane = async () => {
    for (const part of waiting) await work(part);
  };
  await Promise.all(Array.from({ length: lanes }, lane));
}
