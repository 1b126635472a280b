import { day, hour, type Seconds } from '../../domain/kernel/time.ts';

/** When the policy of the application is asked for: once a day, an hour after a failure, and an hour after the last time when it is in doubt. */
export interface PolicyTurns {
  /** @returns whether it is to be asked for now; until `succeed` it counts as failed */
  begin(ticks: Seconds): boolean;
  succeed(): void;
  /** A verdict said otherwise than the policy: it has changed. */
  hasten(): void;
}

export function createPolicyTurns(): PolicyTurns {
  let askedAt = Number.NEGATIVE_INFINITY;
  let rest = hour;
  return {
    begin(ticks) {
      if (ticks - askedAt < rest) return false;
      askedAt = ticks;
      rest = hour;
      return true;
    },
    succeed() {
      rest = day;
    },
    hasten() {
      rest = hour;
    },
  };
}
