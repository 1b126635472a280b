import { day, hour, type Seconds } from '../../domain/kernel/time.ts';

/** Decides when the policy is fetched: daily, and an hour after the last attempt when that failed or a verdict contradicted the policy. */
export interface PolicySchedule {
  /** Begins an attempt if one is due; it counts as failed until `succeed`. @returns whether to fetch the policy now */
  begin(ticks: Seconds): boolean;
  succeed(): void;
  /** Shortens the interval to an hour: a verdict contradicted the policy. */
  hasten(): void;
}

export function createPolicySchedule(): PolicySchedule {
  let askedAt = Number.NEGATIVE_INFINITY;
  let interval = hour;
  return {
    begin(ticks) {
      if (ticks - askedAt < interval) return false;
      askedAt = ticks;
      interval = hour;
      return true;
    },
    succeed() {
      interval = day;
    },
    hasten() {
      interval = hour;
    },
  };
}
