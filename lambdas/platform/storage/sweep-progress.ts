import type { Seconds } from '../../../domain/kernel/time.ts';
import { perRuntime } from '../kernel/per-runtime.ts';
import type { Runtime } from '../kernel/runtime.ts';
import { type WorkCursor, workCursor } from './work-cursor.ts';

/** Progress of the sweep. */
export interface SweepProgress {
  /** every expiry before this time is recorded; undefined when the sweep has never run */
  until(): Promise<Seconds | undefined>;
}

export function sweepCursor(runtime: Runtime): WorkCursor {
  return workCursor(runtime, 'sweep-expiry');
}

export const dynamoSweepProgress = perRuntime((runtime: Runtime): SweepProgress => {
  return { until: async () => await sweepCursor(runtime).find() };
});
