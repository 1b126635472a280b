import { dayOf, isoTime } from '../../../domain/kernel/time.ts';
import { type OperationId, operations } from '../../../lambdas/operations.ts';
import type { Item, Key } from '../../../lambdas/platform/storage/table.ts';
import type { CallOptions, Client } from '../../../sdk/client.ts';
import type { SigningKey } from '../../../sdk/signing-key.ts';
import { alertIdOf, keyOf } from '../server/ledger.ts';
import { newKeyPair, policies } from '../server/server.ts';
import { finishedQuarter, oldQuarter, sampleManifest } from '../vectors/sample-manifest.ts';
import type { Worker } from '../worker.ts';

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

type Prepare = (lane: Worker) => Promise<Prepared>;

/** A way to make each mutating operation happen: an operation without one does not compile. */
export const mutations = {
  'create-site': async lane => ({
    key: lane.server.keys.boost,
    input: { enterpriseId: await enterpriseOf(lane), siteRef: freshRef(lane), state: 'active', mode: 'dev' },
    subject: answer => keyOf.site(String(answer.siteId)),
    writes: 1,
  }),
  'update-site': async lane => {
    const siteId = await lane.once('updated site', async () => (await newSite(lane)).siteId);
    const state = lane.count() % 2 === 0 ? 'active' : 'basic';
    await settleState(lane, siteId, state);
    return { key: lane.server.keys.boost, input: { siteId, state }, ...about(keyOf.site(siteId)) };
  },
  'delete-site': async lane => {
    const { siteId } = await newSite(lane);
    return { key: lane.server.keys.boost, input: { siteId }, ...about(keyOf.site(siteId)) };
  },
  'refresh-key': async lane => {
    const { siteId, key } = await newSite(lane);
    const promotion = lane.count() % 2 === 0 ? { mode: 'production' } : {};
    return { key: lane.server.keys.boost, input: { siteId, key, ...promotion }, ...about(keyOf.site(siteId)) };
  },
  'reissue-key': async lane => {
    const { siteId } = await lane.once('reissued site', async () => await newSite(lane));
    return { key: lane.server.keys.boost, input: { siteId }, ...about(keyOf.site(siteId)) };
  },
  'create-enterprise': async lane => ({
    key: lane.server.keys.hwf,
    input: {},
    subject: answer => keyOf.enterprise(String(answer.enterpriseId)),
    writes: 2,
  }),
  'update-enterprise': async lane => {
    const enterpriseId = await enterpriseOf(lane);
    const input = { enterpriseId, configurationUsersLimit: lane.count() };
    return { key: lane.server.operatorKey, input, ...about(keyOf.enterprise(enterpriseId)) };
  },
  'rotate-enterprise-signing-key': async lane => {
    const enterpriseId = await enterpriseOf(lane);
    const input = { enterpriseId, reason: 'scheduled' };
    return { key: lane.server.operatorKey, input, ...about(keyOf.enterprise(enterpriseId)) };
  },
  'refresh-enterprise-key': async lane => {
    const enterpriseId = await enterpriseOf(lane);
    const { key } = await lane.healthy.client(lane.server.keys.hwf).call('reissue-enterprise-key', { enterpriseId });
    const input = { enterpriseId, key };
    return { key: lane.server.keys.hwf, input, ...about(keyOf.enterpriseKey(enterpriseId, 'hwf')) };
  },
  'reissue-enterprise-key': async lane => {
    const enterpriseId = await enterpriseOf(lane);
    return {
      key: lane.server.keys.boost,
      input: { enterpriseId },
      ...about(keyOf.enterpriseKey(enterpriseId, 'boost')),
    };
  },
  'register-application': async lane => {
    const application = `a-${lane.name}-${lane.count()}`;
    const input = { application, publicKey: newKeyPair().jwk, policy: policies.hwf };
    return { key: lane.server.operatorKey, input, ...about(keyOf.application('hub', application)) };
  },
  'update-application': async lane => {
    const applicationId = await applicationOf(lane);
    const input = { applicationId, policy: { ...policies.hwf, cacheSeconds: 60 + lane.count() } };
    return { key: lane.server.operatorKey, input, ...about(keyOf.application('hub', applicationId)) };
  },
  'rotate-application-key': async lane => {
    const applicationId = await applicationOf(lane);
    const input = { applicationId, publicKey: newKeyPair().jwk, overlapHours: 0 };
    return { key: lane.server.operatorKey, input, ...about(keyOf.application('hub', applicationId)) };
  },
  'send-alert': async lane => {
    const { siteId } = await lane.once('reported site', async () => await newSite(lane));
    const { at } = lane.server.clock;
    const input = { siteId, reason: 'key-expired', seenAt: isoTime(at - 60), times: 3 };
    const subject = keyOf.alert(dayOf(at), `key-expired#site:${siteId}`);
    return { key: lane.server.keys.boost, input, subject: () => subject, writes: 3, counter: 'times' };
  },
  'acknowledge-alert': async lane => {
    const { siteId } = await newSite(lane);
    const { at } = lane.server.clock;
    const [day, name] = [dayOf(at), `dormant#site:${siteId}`];
    const boost = lane.healthy.client(lane.server.keys.boost);
    await boost.call('send-alert', { siteId, reason: 'dormant', seenAt: isoTime(at - 60) });
    const input = { alertId: alertIdOf(day, name) };
    return { key: lane.server.operatorKey, input, ...about(keyOf.acknowledgement(day, name)) };
  },
  'submit-manifest': async lane => {
    const { app, key } = await pusherOf(lane);
    const quarter = finishedQuarter(lane.server);
    const parts = [{ enterpriseId: await enterpriseOf(lane), production: lane.count(), configurationUsers: 99 }];
    const input = { quarter, ...sampleManifest(parts, [adminOf(lane)]) };
    return { key, input, ...about({ pk: `Q#hub#${quarter}`, sk: `M#${app}` }) };
  },
  'erase-admin': async lane => {
    const { key } = await pusherOf(lane);
    const admin = adminOf(lane);
    const push = { quarter: finishedQuarter(lane.server), ...sampleManifest([], [admin]) };
    await lane.healthy.client(key).call('submit-manifest', push);
    const eraser = await eraserOf(lane);
    return { key: eraser.key, input: { email: admin.email }, ...about({ pk: 'D#hub#erasures', sk: eraser.app }) };
  },
  'make-statement': async lane => {
    const quarter = await statedQuarterOf(lane);
    const reopen = { quarter, reason: 'dispute-settled', ticket: 'FIN-1' } as const;
    await lane.healthy.client(lane.server.operatorKey).call('reopen-quarter', reopen);
    return { key: lane.server.operatorKey, input: { quarter }, ...about({ pk: `Q#hub#${quarter}`, sk: 'T' }) };
  },
  'reopen-quarter': async lane => {
    const quarter = await statedQuarterOf(lane);
    const input = { quarter, reason: 'counts-corrected', ticket: `FIN-${lane.count()}` };
    return { key: lane.server.operatorKey, input, ...about({ pk: `Q#hub#${quarter}`, sk: 'T' }) };
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

function freshRef(lane: Worker): string {
  return `${lane.name}-${lane.count()}`;
}

async function enterpriseOf(lane: Worker): Promise<string> {
  const create = async () => await lane.healthy.client(lane.server.keys.hwf).call('create-enterprise', {});
  return (await lane.once('enterprise', create)).enterpriseId;
}

async function newSite(lane: Worker) {
  const boost = lane.healthy.client(lane.server.keys.boost);
  const names = { enterpriseId: await enterpriseOf(lane), siteRef: freshRef(lane) };
  return await boost.call('create-site', { ...names, state: 'active', mode: 'dev' });
}

/** An update to what is already so is refused: the site must stand in the other state. */
async function settleState(lane: Worker, siteId: string, wanted: 'active' | 'basic'): Promise<void> {
  const boost = lane.healthy.client(lane.server.keys.boost);
  const { state } = await boost.call('get-site', { siteId });
  if (state === wanted) await boost.call('update-site', { siteId, state: wanted === 'active' ? 'basic' : 'active' });
}

async function applicationOf(lane: Worker): Promise<string> {
  const register = async () => await lane.server.register(`l-${lane.name}`, policies.hwf);
  await lane.once('application', register);
  return `l-${lane.name}`;
}

function adminOf(lane: Worker): { name: string; email: string } {
  return { name: 'Ada Example', email: `${freshRef(lane)}@example.com` };
}

/** An application of the lane's own: nobody else pushes its manifests. */
async function pusherOf(lane: Worker) {
  const app = `m-${lane.name}`;
  return { app, ...(await lane.once('pusher', async () => await lane.server.register(app, policies.boost))) };
}

async function eraserOf(lane: Worker) {
  const app = `e-${lane.name}`;
  const register = async () => await lane.server.register(app, policies.hwf, lane.server.operator, 'operator');
  return { app, ...(await lane.once('eraser', register)) };
}

/** A quarter of the lane's own, stated as it stands. */
async function statedQuarterOf(lane: Worker): Promise<string> {
  const quarter = await lane.once('quarter', async () => oldQuarter());
  await lane.healthy.client(lane.server.operatorKey).call('make-statement', { quarter });
  return quarter;
}
