import * as z from 'zod';
import { EnterpriseId, type OrgId } from '../../../domain/kernel/ids.ts';
import { perRuntime } from '../../platform/kernel/per-runtime.ts';
import type { Runtime } from '../../platform/kernel/runtime.ts';
import { type Key, table } from '../../platform/storage/table.ts';

/** Progress of the recount of a month. */
export interface RecountProgress {
  readonly month: string;
  /** the last enterprise that was recounted */
  readonly after?: EnterpriseId | undefined;
  readonly isDone: boolean;
}

const ProgressItem = z.object({ month: z.string(), after: EnterpriseId.optional(), isDone: z.boolean() });

/** Stores the progress of the recount of an Org. Two concurrent runs repeat the same work, without other effect. */
export const dynamoRecountProgress = perRuntime((runtime: Runtime) => ({
  async find(org: OrgId): Promise<RecountProgress | undefined> {
    const item = await table(runtime).get(progressKey(org), { consistent: true });
    return item && ProgressItem.parse(item);
  },
  async record(org: OrgId, progress: RecountProgress): Promise<void> {
    await table(runtime).commit([{ put: { ...progressKey(org), ...progress } }]);
  },
}));

function progressKey(org: OrgId): Key {
  return { pk: `W#${org}`, sk: 'recount' };
}
