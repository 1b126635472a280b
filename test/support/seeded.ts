/** Random choices that a seed determines. */
export interface SeededRandom {
  /** Returns an integer of 0 … n - 1. */
  below(n: number): number;
  pick<T>(choices: readonly T[]): T;
  chance(probability: number): boolean;
}

/** Returns choices by mulberry32, which is small, and random enough to choose schedules. */
export function seeded(seed: number): SeededRandom {
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

/** Runs `work` for the numbers 0 … count - 1 with at most `workers` in flight; each worker has a number of its own. */
export async function mapConcurrently(
  workers: number,
  count: number,
  work: (number: number, worker: number) => Promise<void>,
): Promise<void> {
  let next = 0;
  const worker = async (_: unknown, number: number) => {
    for (let taken = next++; taken < count; taken = next++) await work(taken, number);
  };
  await Promise.all(Array.from({ length: workers }, worker));
}
