/**
 * Returns how many cases a bar runs: all that it states with `npm run test:full`, otherwise a sample. Cases are numbered and seeded by
 * their number, so that the sample is the first part of the whole.
 */
export function barCount(stated: number, sample: number): number {
  return process.env.BARS === 'full' ? stated : sample;
}
