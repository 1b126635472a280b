import type { Family, Grants } from './kernel/grants.ts';
import type { Contract } from './request/contract.ts';

/** One operation: its route, its contract, its rights. The row's key is the folder, the Lambda, the log field and the CLI command. */
export interface Operation {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';
  readonly path: string;
  readonly contract: Contract;
  readonly summary: string;
  readonly grants: Grants;
}

/** A scheduled function. It is invoked at least once per run, so it must be idempotent. */
export interface Schedule {
  /** EventBridge Scheduler expression, UTC; at least daily: work that is due less often checks daily whether it is due */
  readonly expression: string;
  readonly summary: string;
  readonly grants: Grants;
}

/** A consumer of the table's stream. */
export interface Stream {
  readonly summary: string;
  readonly grants: Grants;
  /** event filter; the consumer must tolerate other records @default every record */
  readonly records?: { readonly insertsOf: Family };
}

/** A function that only other functions or a deployment invoke. */
export interface InternalFunction {
  readonly summary: string;
  readonly grants: Grants;
}

/** Families of items that no rows define: every part of the platform may use them. */
export const sharedFamilies = {
  I: 'idempotency records and nonces',
  W: 'progress of schedules',
} as const satisfies Partial<Record<Family, string>>;

/**
 * What a product area, or a part of the platform, contributes. `lambdas/areas.ts` names them all; `operations.ts`, `schedules.ts`,
 * `streams.ts` and `functions.ts` are the sums of their rows.
 */
export interface Area {
  /** families of items that the area defines, each defined once, with their content; other areas may write to them */
  readonly itemFamilies?: Partial<Record<Family, string>>;
  readonly operations?: Readonly<Record<string, Operation>>;
  readonly schedules?: Readonly<Record<string, Schedule>>;
  readonly streams?: Readonly<Record<string, Stream>>;
  readonly functions?: Readonly<Record<string, InternalFunction>>;
}
