import type { Grants } from '../../../lambdas/platform/kernel/grants.ts';
import type { Rows } from '../../../lib/license-server.ts';
import { rows } from './deployment.ts';

/** Every row of these tables, with what it grants. */
export function grantsOf({ operations, schedules, streams, internalFunctions }: Rows): [string, Grants][] {
  return Object.entries({ ...operations, ...schedules, ...streams, ...internalFunctions }).map(([id, { grants }]) => [
    id,
    grants,
  ]);
}

export const everyRow = grantsOf(rows);

/** Where a row's log, role and function stand. */
export function rowPath(row: string, { operations, schedules, streams }: Rows = rows): string {
  if (row in operations) return `operations/Operations/${row}`;
  if (row in schedules) return `work/Scheduled/${row}`;
  return row in streams ? `work/Streamed/${row}` : `trust/Chain/${row}`;
}
