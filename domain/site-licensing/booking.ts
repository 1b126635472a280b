import { Refusal } from '../kernel/refusal.ts';
import { isoTime, type Quarter, quarterEnds, type Seconds } from '../kernel/time.ts';

/**
 * Returns when a fact is booked: at its own time, in whichever quarter that was. What the sweep has passed is closed; a fact that was
 * missed there is booked when it is found.
 * @param sweptUntil undefined when the sweep has never run
 */
export function bookingTime(at: Seconds, sweptUntil: Seconds | undefined, now: Seconds): Seconds {
  return sweptUntil !== undefined && at < sweptUntil ? now : at;
}

/** Returns whether every fact of a quarter is booked: no counter of it changes any more. */
export function isSwept(quarter: Quarter, sweptUntil: Seconds | undefined): sweptUntil is Seconds {
  return sweptUntil !== undefined && sweptUntil >= quarterEnds(quarter);
}

/** @throws quarter-not-swept */
export function assertSwept(quarter: Quarter, sweptUntil: Seconds | undefined): Seconds {
  if (isSwept(quarter, sweptUntil)) return sweptUntil;
  const reached = sweptUntil === undefined ? 'has never run' : `has come to ${isoTime(sweptUntil)}`;
  throw new Refusal(
    'quarter-not-swept',
    `The counts of ${quarter} are not complete: the sweep ${reached}, expected ${isoTime(quarterEnds(quarter))}. Try again when it has caught up; make-statements does so every day.`,
  );
}
