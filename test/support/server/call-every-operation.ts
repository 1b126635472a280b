import { bucketOf } from '../../../domain/kernel/ids.ts';
import { dayOf, isoTime, quarterEnds, quarterOf } from '../../../domain/kernel/time.ts';
import { firstKeys, firstRing, generationsOf, mapRing } from '../../../domain/trust/key-ring.ts';
import type { Runtime } from '../../../lambdas/platform/kernel/runtime.ts';
import { cellAttribute } from '../../../lambdas/site-licensing/storage/counter-attributes.ts';
import { ensureSecret, ensureSigningKey } from '../../../local/keys.ts';
import type { Client } from '../../../sdk/client.ts';
import type { AwsCall } from '../aws/meter.ts';
import { finishedQuarter, sampleManifest } from '../vectors/sample-manifest.ts';
import { nameInvokedFunctions, runFunction, streamOf } from './functions.ts';
import { startInstance } from './instance.ts';
import { keyOf, ledgerOf, unmeteredTable } from './ledger.ts';
import { newKeyPair, policies, type TestServer } from './server.ts';
import { hourOf, letEndAt, sweptUpTo } from './sweeps.ts';

const day = 86_400;

interface Scene {
  readonly server: TestServer;
  readonly app: Client;
  readonly operator: Client;
}

/** Every request to AWS that resulted, and the settings to which their names refer. */
export interface Driven {
  readonly calls: readonly AwsCall[];
  readonly env: Runtime['env'];
}

/** Makes every function do all that it can do once. */
export async function callEveryOperation(server: TestServer): Promise<Driven> {
  nameInvokedFunctions(server);
  const instance = await startInstance(server);
  const scene = { server, app: instance.client(server.keys.boost), operator: instance.client(server.operatorKey) };
  const env = await settingsWithNewOrg(server);
  const calls = await server.meter.of(async () => {
    const enterpriseId = await driveEnterprises(scene);
    await driveSigningKeys(scene, enterpriseId);
    await driveSites(scene, enterpriseId);
    await driveEnterpriseKeys(scene, enterpriseId);
    await driveApplications(scene);
    await driveReads(scene, enterpriseId);
    await driveAudit(scene, enterpriseId);
    await driveAlerts(scene, enterpriseId);
    await driveStatistics(scene, enterpriseId);
    await driveNewOrg(server, env);
    await driveSchedules(server, enterpriseId);
    await driveStatements(scene);
  });
  return { calls, env };
}

/** The race of one request with itself makes a second KMS key, which is retired. */
async function driveEnterprises({ server, app, operator }: Scene): Promise<string> {
  const { enterpriseId } = await app.call('create-enterprise', {});
  const idempotencyKey = crypto.randomUUID();
  const slow = Promise.withResolvers<undefined>();
  const other = (await startInstance(server)).client(server.keys.boost);
  const late = server.meter.faulty(
    ({ command }) => (command === 'CreateAliasCommand' ? slow.promise : undefined),
    async () => await app.call('create-enterprise', {}, { idempotencyKey }),
  );
  await whenCalled(server, 'CreateKeyCommand', 2);
  await other.call('create-enterprise', {}, { idempotencyKey });
  slow.resolve(undefined);
  await late;
  await operator.call('update-enterprise', { enterpriseId, status: 'suspended' });
  await operator.call('update-enterprise', { enterpriseId, status: 'live' });
  return enterpriseId;
}

/** A rotation that races itself retires a key too; one after a compromise disables the former. */
async function driveSigningKeys({ server, operator }: Scene, enterpriseId: string): Promise<void> {
  const idempotencyKey = crypto.randomUUID();
  const slow = Promise.withResolvers<undefined>();
  const other = (await startInstance(server)).client(server.operatorKey);
  const rotation = { enterpriseId, reason: 'compromised' } as const;
  const made = answered(server, 'CreateKeyCommand');
  const late = server.meter.faulty(
    ({ command }) => (command === 'CreateAliasCommand' ? slow.promise : undefined),
    async () => await operator.call('rotate-enterprise-signing-key', rotation, { idempotencyKey }),
  );
  await whenCalled(server, 'CreateKeyCommand', made + 1);
  await other.call('rotate-enterprise-signing-key', rotation, { idempotencyKey });
  slow.resolve(undefined);
  await late;
}

function answered({ meter }: TestServer, command: string): number {
  return meter.calls.filter(call => call.command === command && call.outcome === 'answered').length;
}

async function whenCalled(server: TestServer, command: string, times: number): Promise<void> {
  while (answered(server, command) < times) await new Promise(resolve => setTimeout(resolve, 1));
}

async function driveSites({ app, operator, server }: Scene, enterpriseId: string): Promise<void> {
  const idempotencyKey = crypto.randomUUID();
  const create = { enterpriseId, siteRef: 'A', state: 'basic', mode: 'dev' } as const;
  const { siteId, key } = await app.call('create-site', create, { idempotencyKey });
  await app.call('create-site', create, { idempotencyKey });
  await app.call('update-site', { siteId, state: 'active' });
  const production = await app.call('refresh-key', { siteId, key, mode: 'production' });
  await app.call('refresh-key', { siteId, key }).catch(() => 'a possible clone');
  await app.call('check-validity', { key: production.key });
  await app.call('check-validity', { key });
  await letFallDormant(server, siteId);
  const reissue = crypto.randomUUID();
  await app.call('reissue-key', { siteId }, { idempotencyKey: reissue });
  await app.call('reissue-key', { siteId }, { idempotencyKey: reissue });
  await letFallDormant(server, siteId);
  await operator.call('update-site', { siteId, state: 'proxy' });
  await app.call('reissue-key', { siteId });
  await letFallDormant(server, siteId);
  await app.call('delete-site', { siteId });
  server.clock.at += 1;
}

/** As if its key had ended 60 days ago; no sweep has noticed yet. */
async function letFallDormant(server: TestServer, siteId: string): Promise<void> {
  await letEndAt(server, keyOf.site(siteId), server.clock.at - 60 * day);
}

async function driveEnterpriseKeys({ app, operator }: Scene, enterpriseId: string): Promise<void> {
  const idempotencyKey = crypto.randomUUID();
  const { key } = await app.call('reissue-enterprise-key', { enterpriseId }, { idempotencyKey });
  await app.call('reissue-enterprise-key', { enterpriseId }, { idempotencyKey });
  await app.call('refresh-enterprise-key', { enterpriseId, key });
  await operator.call('reissue-enterprise-key', { enterpriseId, application: 'hwf' });
  await app.call('refresh-enterprise-key', { enterpriseId, key }).catch(() => 'a possible clone');
}

async function driveApplications({ operator }: Scene): Promise<void> {
  const application = { application: 'third', publicKey: jwk(), policy: policies.hwf };
  await operator.call('register-application', application as never);
  await operator.call('update-application', { applicationId: 'third', status: 'suspended' } as never);
  await operator.call('rotate-application-key', { applicationId: 'third', publicKey: jwk() } as never);
}

function jwk() {
  return newKeyPair().jwk;
}

async function driveReads({ app, server }: Scene, enterpriseId: string): Promise<void> {
  const { siteId } = await app.call('create-site', { enterpriseId, siteRef: 'B', state: 'basic', mode: 'dev' });
  await app.call('get-site', { siteId });
  await app.call('list-sites', { enterpriseId });
  await app.call('get-enterprise', { enterpriseId });
  await app.call('get-own-application', {});
  const anyone = (await startInstance(server)).client(server.keys.boost);
  await anyone.call('get-trust', {});
  await anyone.call('get-jwks', {});
}

async function driveAudit({ server, operator }: Scene, enterpriseId: string): Promise<void> {
  const item = await ledgerOf(server).get(keyOf.enterprise(enterpriseId));
  await runFunction(server, 'write-audit', streamOf(item ? [item] : []));
  await runFunction(server, 'write-audit', { Records: [{ dynamodb: 'no record' }] });
  await operator.call('list-audit-events', {});
  await runFunction(server, 'seal-audit');
}

async function driveAlerts({ server, app, operator }: Scene, enterpriseId: string): Promise<void> {
  const { siteId } = await app.call('create-site', { enterpriseId, siteRef: 'C', state: 'basic', mode: 'dev' });
  const { at } = server.clock;
  const { alertId = '' } = await app.call('send-alert', { siteId, reason: 'deleted', seenAt: isoTime(at) });
  await operator.call('list-alerts', { limit: 1 });
  await operator.call('acknowledge-alert', { alertId });
  const item = await ledgerOf(server).get(keyOf.alert(dayOf(at), `deleted#site:${siteId}`));
  await runFunction(server, 'deliver-alerts', streamOf(item ? [item] : []));
  await runFunction(server, 'deliver-alerts', { Records: [{ dynamodb: 'no record' }] });
}

/** The second revision exceeds the limit of seats; two people of one bucket are erased one after the other. */
async function driveStatistics({ app, operator, server }: Scene, enterpriseId: string): Promise<void> {
  const quarter = finishedQuarter(server);
  const admins = neighbours.map(email => ({ name: 'Ada Example', email }));
  await app.call('submit-manifest', { quarter, ...sampleManifest([], admins) });
  await app.call('submit-manifest', { quarter, ...sampleManifest([{ enterpriseId, configurationUsers: 13 }]) });
  await app.call('get-aggregate-stats', { quarter });
  await (await financeOf({ server, operator })).call('list-admins', { quarter });
  for (const email of neighbours) await operator.call('erase-admin', { email });
  await operator.call('make-statement', { quarter });
  await operator.call('reopen-quarter', { quarter, reason: 'manifest-corrected', ticket: 'FIN-1' });
}

async function financeOf({ server, operator }: Pick<Scene, 'server' | 'operator'>): Promise<Client> {
  const { key } = await server.register('finance', { modes: ['production'] }, { by: operator, role: 'finance' });
  return (await startInstance(server)).client(key);
}

/** Day 12 of a quarter; of the one before there are counts and a manifest. */
async function driveStatements({ app, server }: Scene): Promise<void> {
  server.clock.at = quarterEnds(quarterOf(server.clock.at)) + 11 * day;
  await sweptUpTo(server, hourOf(server.clock.at));
  await app.call('submit-manifest', { quarter: finishedQuarter(server), ...sampleManifest() });
  await runFunction(server, 'make-statements');
}

/** Two addresses that lie in one item. */
const neighbours = Array.from({ length: 100 }, (_, i) => `admin-${i}@example.com`)
  .filter(email => bucketOf(email) === 'a')
  .slice(0, 2);

/** As the stack makes them: the key and the empty secrets of one more Org. */
async function settingsWithNewOrg(server: TestServer): Promise<Runtime['env']> {
  const { env } = server.world.runtime;
  for (const kind of ['responder', 'operator']) await ensureSecret(`${env.SECRET_PREFIX}/${kind}/fresh`);
  const arn = await ensureSigningKey('org/fresh');
  const keys = { ...JSON.parse(env.ORG_KEY_IDS ?? '{}'), fresh: mapRing(firstRing, () => arn) };
  return { ...env, ORG_KEY_IDS: JSON.stringify(keys), ORGS: `${env.ORGS},fresh` };
}

/** What a deployment with a new Org calls. */
async function driveNewOrg(server: TestServer, env: Runtime['env']): Promise<void> {
  nameInvokedFunctions(server, { env });
  const certified = Object(await runFunction(server, 'set-up-trust', { org: 'fresh' }, { env }));
  const generations = JSON.stringify(generationsOf(firstKeys, 'fresh'));
  await runFunction(server, 'set-up-org', { ...certified, org: 'fresh', generations }, { env });
  nameInvokedFunctions(server);
}

/** A recount that finds a counter one too high; it is right again afterwards, since no statement is made of wrong ones. */
async function driveRecount(server: TestServer, enterpriseId: string): Promise<void> {
  const storage = unmeteredTable(server);
  const key = { pk: `O#hub#${quarterOf(server.clock.at)}`, sk: `C#${enterpriseId}#boost` };
  const names = { '#cell': cellAttribute('dev:basic:live') };
  const add = async (sites: number) =>
    await storage.commit([{ update: key, expression: 'ADD #cell :sites', names, values: { ':sites': sites } }]);
  await add(1);
  await runFunction(server, 'recount-sites');
  await add(-1);
}

/** Enterprise links first, then one that can't be renewed for days, then those of the Org. */
async function driveSchedules(server: TestServer, enterpriseId: string): Promise<void> {
  await driveRecount(server, enterpriseId);
  await runFunction(server, 'renew-responders');
  server.clock.at += 31 * day;
  await runFunction(server, 'renew-links');
  await sweptUpTo(server, hourOf(server.clock.at) - 2 * day);
  await runFunction(server, 'sweep-expiry');
  server.clock.at += 40 * day;
  const down = () => Promise.reject(new Error('the certifier is down'));
  server.world.aws.setFunction('certify', down);
  await runFunction(server, 'renew-links').catch(() => 'late');
  nameInvokedFunctions(server);
  // A month, a day by hash, 60 days and the hour: the site that was left alone is dormant by then.
  server.clock.at += 21 * day + 3601;
  await runFunction(server, 'sweep-expiry', { from: isoTime(server.clock.at - 3 * day) });
  server.clock.at += 300 * day;
  await runFunction(server, 'renew-links');
  // Late in a month the one before is sealed although there are dead letters, on each day of a start.
  const time = new Date(server.clock.at * 1000);
  const late = Date.UTC(time.getUTCFullYear(), time.getUTCMonth(), 28) / 1000;
  server.clock.at = Math.max(server.clock.at, late);
  await sweptUpTo(server, hourOf(server.clock.at));
  await runFunction(server, 'seal-audit');
  // A week into the next month a dead letter may still be of the one before.
  server.clock.at = Date.UTC(time.getUTCFullYear(), time.getUTCMonth() + 1, 7) / 1000;
  await sweptUpTo(server, hourOf(server.clock.at));
  await runFunction(server, 'seal-audit').catch(() => 'waits');
}
