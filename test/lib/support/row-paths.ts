import type { Grants } from '../../../lambdas/grants.ts';
import { trustFunctions } from '../../../lambdas/schedules.ts';
import { rows } from './deployment.ts';

/** Every row of every table, with what it grants. */
export const everyRow: [string, Grants][] = Object.entries({
  ...rows.operations,
  ...rows.schedules,
  ...rows.streams,
  ...trustFunctions,
}).map(([id, { grants }]) => [id, grants]);

/** Where a row's log, role and function stand. */
export function rowPath(row: string): string {
  if (row in rows.operations) return `operations/Operations/${row}`;
  if (row in rows.schedules) return `work/Scheduled/${row}`;
  return row in rows.streams ? `work/Streamed/${row}` : `trust/Chain/${row}`;
}
