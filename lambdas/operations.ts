import { billing } from './billing/rows.ts';
import { alerts } from './platform/alerts/rows.ts';
import type { Operation } from './platform/area.ts';
import { audit } from './platform/audit/rows.ts';
import { identity } from './platform/identity/rows.ts';
import { trust } from './platform/trust/rows.ts';
import { siteLicensing } from './site-licensing/rows.ts';

/** The table of operations: routes, Lambdas, roles, alarms, OpenAPI, SDK, CLI, documents and tests derive from it. */
export const operations = {
  ...siteLicensing.operations,
  ...identity.operations,
  ...audit.operations,
  ...alerts.operations,
  ...billing.operations,
  ...trust.operations,
} as const satisfies Record<string, Operation>;

export type OperationId = keyof typeof operations;
