import { billing } from './billing/rows.ts';
import type { InternalFunction } from './platform/area.ts';
import { trust } from './platform/trust/rows.ts';

/** Functions that only other functions or a deployment invoke. */
export const internalFunctions = { ...trust.functions, ...billing.functions } as const satisfies Record<
  string,
  InternalFunction
>;
