import type { SweepProgress } from '../../ports.ts';
import { perRuntime } from '../kernel/per-runtime.ts';
import type { Runtime } from '../kernel/runtime.ts';
import { type WorkCursor, workCursor } from './work-cursor.ts';

export function sweepCursor(runtime: Runtime): WorkCursor {
  return workCursor(runtime, 'sweep-expiry');
}

export const dynamoSweepProgress = perRuntime((runtime: Runtime): SweepProgress => {
  return { until: async () => await sweepCursor(runtime).find() };
});
