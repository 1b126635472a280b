import { marshall, type NativeAttributeValue } from '@aws-sdk/util-dynamodb';
import { handler as signStatement } from '../../../lambdas/billing/functions/sign-statement/handler.ts';
import { handler as makeStatements } from '../../../lambdas/billing/scheduled/make-statements/handler.ts';
import { handler as deliverAlerts } from '../../../lambdas/platform/alerts/streams/deliver-alerts/handler.ts';
import { handler as sealAudit } from '../../../lambdas/platform/audit/scheduled/seal-audit/handler.ts';
import { handler as writeAudit } from '../../../lambdas/platform/audit/streams/write-audit/handler.ts';
import type { InvokedHandler } from '../../../lambdas/platform/background/invoked.ts';
import { perRuntime } from '../../../lambdas/platform/kernel/per-runtime.ts';
import type { Runtime } from '../../../lambdas/platform/kernel/runtime.ts';
import type { Item } from '../../../lambdas/platform/storage/table.ts';
import { handler as certify } from '../../../lambdas/platform/trust/functions/certify/handler.ts';
import { handler as setUpOrg } from '../../../lambdas/platform/trust/functions/set-up-org/handler.ts';
import { handler as setUpTrust } from '../../../lambdas/platform/trust/functions/set-up-trust/handler.ts';
import { handler as renewResponders } from '../../../lambdas/platform/trust/scheduled/renew-responders/handler.ts';
import { handler as recountSites } from '../../../lambdas/site-licensing/scheduled/recount-sites/handler.ts';
import { handler as renewLinks } from '../../../lambdas/site-licensing/scheduled/renew-links/handler.ts';
import { handler as sweepExpiry } from '../../../lambdas/site-licensing/scheduled/sweep-expiry/handler.ts';
import type { TestServer } from './server.ts';

/** The functions that no client calls. */
const handlers = {
  'renew-links': renewLinks,
  'renew-responders': renewResponders,
  'sweep-expiry': sweepExpiry,
  'recount-sites': recountSites,
  'make-statements': makeStatements,
  'seal-audit': sealAudit,
  'write-audit': writeAudit,
  'deliver-alerts': deliverAlerts,
  certify,
  'sign-statement': signStatement,
  'set-up-org': setUpOrg,
  'set-up-trust': setUpTrust,
} as const satisfies Record<string, InvokedHandler<unknown>>;
export type FunctionId = keyof typeof handlers;

/** One warm instance of each function; what it keeps is its own. */
const instances = perRuntime((_: Runtime) => new Map<FunctionId, Runtime>());

/**
 * Runs a function as Lambda would: an instance of its own, its AWS calls known by its name.
 * @param runtime replaces parts of the runtime, in a new instance
 */
export async function runFunction(
  server: TestServer,
  id: FunctionId,
  event: unknown = {},
  runtime?: Partial<Runtime>,
): Promise<unknown> {
  const warm = instances(server.world.runtime);
  const own = warm.get(id) ?? { ...server.world.runtime };
  warm.set(id, own);
  const invoke = handlers[id].on(runtime ? { ...own, ...runtime } : own);
  return await server.meter.as(id, async () => await invoke(event));
}

/** The functions that other functions invoke; also these are known by their names from now on. */
export function nameInvokedFunctions(server: TestServer, runtime?: Partial<Runtime>): void {
  for (const id of ['certify', 'set-up-trust', 'sign-statement'] as const)
    server.world.aws.setFunction(id, async event => await runFunction(server, id, event, runtime));
}

/** A batch of the table's stream: items as they were written. */
export function streamOf(items: readonly Item[], eventName: 'INSERT' | 'MODIFY' = 'INSERT') {
  const image = (item: Item) => marshall(item as Record<string, NativeAttributeValue>, { removeUndefinedValues: true });
  const record = (item: Item, i: number) => ({
    eventName,
    dynamodb: { SequenceNumber: String(i), NewImage: image(item) },
  });
  return { Records: items.map(record) };
}
