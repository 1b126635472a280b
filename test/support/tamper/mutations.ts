import { dayOf, isoTime } from '../../../domain/kernel/time.ts';
import { type OperationId, operations } from '../../../lambdas/operations.ts';
import type { Item, Key } from '../../../lambdas/platform/storage/table.ts';
import type { CallOptions, Client } from '../../../sdk/client.ts';
import type { SigningKey } from '../../../sdk/signing-key.ts';
import { alertIdOf, keyOf } from '../server/ledger.ts';
import { newKeyPair, policies } from '../server/server.ts';
import type { Worker } from '../server/worker.ts';
import { finishedQuarter, oldQuarter, sampleManifest } from '../vectors/sample-manifest.ts';

type Table = typeof operations;
export type Mutation = {
  [O in OperationId]: Table[O]['contract']['effect'] extends 'read' ? never : O;
}[OperationId];

type Body = Readonly<Record<string, unknown>>;

/** A request that may be made once, and again with the same Idempotency-Key. */
export interface Prepared {
  readonly key: SigningKey;
  readonly input: Body;
  /** the item that it changes, known after the answer for what is created */
  subject(answer: Body): Key;
  /** how often the subject is written by one such request */
  readonly writes: number;
  /** what counts the writes of the subject @default seq */
  readonly counter?: 'seq' | 'times';
}

/** How often a subject was written so far. */
export function writesIn(item: Item | undefined, { counter = 'seq' }: Pick<Prepared, 'counter'>): number {
  return Number(item?.[counter] ?? 0);
}

/** The types of an operation's input are checked by the server; here operations are data. */
export async function callAny(
  client: Client,
  operation: OperationId,
  input: Body,
  options?: CallOptions,
): Promise<Record<string, unknown>> {
  return Object(await client.call(operation, input as never, options));
}

type Prepare = (worker: Worker) => Promise<Prepared>;

/** A way to make each mutating operation happen: an operation without one does not compile. */
export const mutations = {
  'create-site': async worker => ({
    key: worker.server.keys.boost,
    input: { enterpriseId: await enterpriseOf(worker), siteRef: freshRef(worker), state: 'active', mode: 'dev' },
    subject: answer => keyOf.site(String(answer.siteId)),
    writes: 1,
  }),
  'update-site': async worker => {
    const siteId = await worker.once('updated site', async () => (await newSite(worker)).siteId);
    const state = worker.count() % 2 === 0 ? 'active' : 'basic';
    await settleState(worker, siteId, state);
    return { key: worker.server.keys.boost, input: { siteId, state }, ...about(keyOf.site(siteId)) };
  },
  'delete-site': async worker => {
    const { siteId } = await newSite(worker);
    return { key: worker.server.keys.boost, input: { siteId }, ...about(keyOf.site(siteId)) };
  },
  'refresh-key': async worker => {
    const { siteId, key } = await newSite(worker);
    const promotion = worker.count() % 2 === 0 ? { mode: 'production' } : {};
    return { key: worker.server.keys.boost, input: { siteId, key, ...promotion }, ...about(keyOf.site(siteId)) };
  },
  'reissue-key': async worker => {
    const { siteId } = await worker.once('reissued site', async () => await newSite(worker));
    return { key: worker.server.keys.boost, input: { siteId }, ...about(keyOf.site(siteId)) };
  },
  'create-enterprise': async worker => ({
    key: worker.server.keys.hwf,
    input: {},
    subject: answer => keyOf.enterprise(String(answer.enterpriseId)),
    writes: 2,
  }),
  'update-enterprise': async worker => {
    const enterpriseId = await enterpriseOf(worker);
    const input = { enterpriseId, configurationUsersLimit: worker.count() };
    return { key: worker.server.operatorKey, input, ...about(keyOf.enterprise(enterpriseId)) };
  },
  'rotate-enterprise-signing-key': async worker => {
    const enterpriseId = await enterpriseOf(worker);
    const input = { enterpriseId, reason: 'scheduled' };
    return { key: worker.server.operatorKey, input, ...about(keyOf.enterprise(enterpriseId)) };
  },
  'refresh-enterprise-key': async worker => {
    const enterpriseId = await enterpriseOf(worker);
    const { key } = await worker.healthy
      .client(worker.server.keys.hwf)
      .call('reissue-enterprise-key', { enterpriseId });
    const input = { enterpriseId, key };
    return { key: worker.server.keys.hwf, input, ...about(keyOf.enterpriseKey(enterpriseId, 'hwf')) };
  },
  'reissue-enterprise-key': async worker => {
    const enterpriseId = await enterpriseOf(worker);
    return {
      key: worker.server.keys.boost,
      input: { enterpriseId },
      ...about(keyOf.enterpriseKey(enterpriseId, 'boost')),
    };
  },
  'register-application': async worker => {
    const application = `a-${worker.name}-${worker.count()}`;
    const input = { application, publicKey: newKeyPair().jwk, policy: policies.hwf };
    return { key: worker.server.operatorKey, input, ...about(keyOf.application('hub', application)) };
  },
  'update-application': async worker => {
    const applicationId = await applicationOf(worker);
    const input = { applicationId, policy: { ...policies.hwf, cacheSeconds: 60 + worker.count() } };
    return { key: worker.server.operatorKey, input, ...about(keyOf.application('hub', applicationId)) };
  },
  'rotate-application-key': async worker => {
    const applicationId = await applicationOf(worker);
    const input = { applicationId, publicKey: newKeyPair().jwk, overlapHours: 0 };
    return { key: worker.server.operatorKey, input, ...about(keyOf.application('hub', applicationId)) };
  },
  'send-alert': async worker => {
    const { siteId } = await worker.once('reported site', async () => await newSite(worker));
    const { at } = worker.server.clock;
    const input = { siteId, reason: 'key-expired', seenAt: isoTime(at - 60), times: 3 };
    const subject = keyOf.alert(dayOf(at), `key-expired#site:${siteId}`);
    return { key: worker.server.keys.boost, input, subject: () => subject, writes: 3, counter: 'times' };
  },
  'acknowledge-alert': async worker => {
    const { siteId } = await newSite(worker);
    const { at } = worker.server.clock;
    const [day, name] = [dayOf(at), `dormant#site:${siteId}`];
    const boost = worker.healthy.client(worker.server.keys.boost);
    await boost.call('send-alert', { siteId, reason: 'dormant', seenAt: isoTime(at - 60) });
    const input = { alertId: alertIdOf(day, name) };
    return { key: worker.server.operatorKey, input, ...about(keyOf.acknowledgement(day, name)) };
  },
  'submit-manifest': async worker => {
    const { app, key } = await pusherOf(worker);
    const quarter = finishedQuarter(worker.server);
    const parts = [{ enterpriseId: await enterpriseOf(worker), production: worker.count(), configurationUsers: 99 }];
    const input = { quarter, ...sampleManifest(parts, [adminOf(worker)]) };
    return { key, input, ...about({ pk: `Q#hub#${quarter}`, sk: `M#${app}` }) };
  },
  'erase-admin': async worker => {
    const { key } = await pusherOf(worker);
    const admin = adminOf(worker);
    const push = { quarter: finishedQuarter(worker.server), ...sampleManifest([], [admin]) };
    await worker.healthy.client(key).call('submit-manifest', push);
    const eraser = await eraserOf(worker);
    return { key: eraser.key, input: { email: admin.email }, ...about({ pk: 'D#hub#erasures', sk: eraser.app }) };
  },
  'make-statement': async worker => {
    const quarter = await statedQuarterOf(worker);
    const reopen = { quarter, reason: 'dispute-settled', ticket: 'FIN-1' } as const;
    await worker.healthy.client(worker.server.operatorKey).call('reopen-quarter', reopen);
    return { key: worker.server.operatorKey, input: { quarter }, ...about({ pk: `Q#hub#${quarter}`, sk: 'T' }) };
  },
  'reopen-quarter': async worker => {
    const quarter = await statedQuarterOf(worker);
    const input = { quarter, reason: 'counts-corrected', ticket: `FIN-${worker.count()}` };
    return { key: worker.server.operatorKey, input, ...about({ pk: `Q#hub#${quarter}`, sk: 'T' }) };
  },
} as const satisfies Record<Mutation, Prepare>;

/** An alert is its own record: it says who has reported it, and it has no history. */
export const withoutHistory: ReadonlySet<Mutation> = new Set(['send-alert']);

export function isMutation(id: OperationId): id is Mutation {
  return operations[id].contract.effect !== 'read';
}

function about(key: Key): Pick<Prepared, 'subject' | 'writes'> {
  return { subject: () => key, writes: 1 };
}

function freshRef(worker: Worker): string {
  return `${worker.name}-${worker.count()}`;
}

async function enterpriseOf(worker: Worker): Promise<string> {
  const create = async () => await worker.healthy.client(worker.server.keys.hwf).call('create-enterprise', {});
  return (await worker.once('enterprise', create)).enterpriseId;
}

async function newSite(worker: Worker) {
  const boost = worker.healthy.client(worker.server.keys.boost);
  const names = { enterpriseId: await enterpriseOf(worker), siteRef: freshRef(worker) };
  return await boost.call('create-site', { ...names, state: 'active', mode: 'dev' });
}

/** An update to what is already so is refused: the site must stand in the other state. */
async function settleState(worker: Worker, siteId: string, wanted: 'active' | 'basic'): Promise<void> {
  const boost = worker.healthy.client(worker.server.keys.boost);
  const { state } = await boost.call('get-site', { siteId });
  if (state === wanted) await boost.call('update-site', { siteId, state: wanted === 'active' ? 'basic' : 'active' });
}

async function applicationOf(worker: Worker): Promise<string> {
  const register = async () => await worker.server.register(`l-${worker.name}`, policies.hwf);
  await worker.once('application', register);
  return `l-${worker.name}`;
}

function adminOf(worker: Worker): { name: string; email: string } {
  return { name: 'Ada Example', email: `${freshRef(worker)}@example.com` };
}

/** An application of the worker's own: no other worker pushes its manifests. */
async function pusherOf(worker: Worker) {
  const app = `m-${worker.name}`;
  return { app, ...(await worker.once('pusher', async () => await worker.server.register(app, policies.boost))) };
}

async function eraserOf(worker: Worker) {
  const app = `e-${worker.name}`;
  const register = async () => await worker.server.register(app, policies.hwf, { role: 'operator' });
  return { app, ...(await worker.once('eraser', register)) };
}

/** A quarter of the worker's own, stated as it stands. */
async function statedQuarterOf(worker: Worker): Promise<string> {
  const quarter = await worker.once('quarter', async () => oldQuarter());
  await worker.healthy.client(worker.server.operatorKey).call('make-statement', { quarter });
  return quarter;
}
