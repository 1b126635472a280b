import * as z from 'zod';
import type { Seconds } from '../../../domain/kernel/time.ts';
import type { Runtime } from '../kernel/runtime.ts';
import { absent, anyOf, compare } from './condition-expression.ts';
import { type Condition, ConditionFailedError, type Key, table } from './table.ts';

const CursorItem = z.object({ upTo: z.int() });

/** Progress of a schedule: everything before this time is done. */
export interface WorkCursor {
  find(): Promise<Seconds | undefined>;
  /** sets the start of a schedule that has never run */
  begin(at: Seconds): Promise<void>;
  /** moves forward only: of two concurrent runs, the one behind has no effect */
  moveTo(upTo: Seconds): Promise<void>;
}

/** @param schedule its row */
export function workCursor(runtime: Runtime, schedule: string): WorkCursor {
  const key: Key = { pk: `W#${schedule}`, sk: '#' };
  const move = async (upTo: Seconds, onlyIf: Condition) => {
    try {
      await table(runtime).commit([{ put: { ...key, upTo }, onlyIf }]);
    } catch (error) {
      if (!(error instanceof ConditionFailedError)) throw error;
    }
  };
  return {
    async find() {
      const item = await table(runtime).get(key, { consistent: true });
      return item && CursorItem.parse(item).upTo;
    },
    async begin(at) {
      await move(at, { expression: absent('pk') });
    },
    async moveTo(upTo) {
      await move(upTo, { expression: anyOf(absent('pk'), compare('upTo', '<', ':upTo')), values: { ':upTo': upTo } });
    },
  };
}
