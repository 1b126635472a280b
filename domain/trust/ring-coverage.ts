import { type KeyRing, membersOf } from './key-ring.ts';

/**
 * What a function can do whose keys differ from those that it should have. `complete`: everything. `behind`: everything that is signed
 * today, since it lacks the next key only. `stale`: it lacks a key that signs, or has signed what is still valid.
 */
export type RingCoverage = 'complete' | 'behind' | 'stale';

/**
 * Compares the generations that a function has with those that it should have. What it has besides does no harm: a key that was
 * dropped has signed nothing that is still valid.
 */
export function coverageOf(known: KeyRing, expected: readonly KeyRing[]): RingCoverage {
  const numbers = new Set(membersOf(known).map(({ member }) => member));
  const missing = expected.flatMap(membersOf).filter(({ member }) => !numbers.has(member));
  if (missing.length === 0) return 'complete';
  return missing.every(({ role }) => role === 'next') ? 'behind' : 'stale';
}
