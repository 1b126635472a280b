/** Whether less than `seconds` have passed since `since`. A time in the future does not count: the clock was ahead, and was corrected. */
export function isBackingOff(since: number, seconds: number, now: number): boolean {
  const elapsed = now - since;
  return elapsed >= 0 && elapsed < seconds;
}
