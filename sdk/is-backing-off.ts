/** Whether less than `seconds` have passed. Not since a moment that is still to come: the clock was ahead then, and is right now. */
export function isBackingOff(since: number, seconds: number, now: number): boolean {
  const rested = now - since;
  return rested >= 0 && rested < seconds;
}
