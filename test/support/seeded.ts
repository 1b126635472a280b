/** Luck that repeats itself: the same seed, the same choices. */
export interface Luck {
  /** 0 … n - 1 */
  below(n: number): number;
  pick<T>(choices: readonly T[]): T;
  chance(probability: number): boolean;
}

/** mulberry32: small, and good enough to choose schedules with. */
export function seeded(seed: number): Luck {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return {
    below: n => Math.floor(next() * n),
    pick: <T>(choices: readonly T[]): T => {
      const choice = choices[Math.floor(next() * choices.length)];
      if (choice === undefined) throw new Error('there is nothing to choose from');
      return choice;
    },
    chance: probability => next() < probability,
  };
}

/** Works through the numbers 0 … count - 1, a few at a time: each lane takes the next one that nobody has. */
export async function mapConcurrently(
  lanes: number,
  count: number,
  work: (number: number, lane: number) => Promise<void>,
): Promise<void> {
  let next = 0;
  const lane = async (_: unknown, number: number) => {
    for (let taken = next++; taken < count; taken = next++) await work(taken, number);
  };
  await Promise.all(Array.from({ length: lanes }, lane));
}
