import '../platform/request/silence-logs.ts';
import { createHash } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { AppId, OrgId } from '../../domain/kernel/ids.ts';
import { isoTime, previousQuarter, quarterBegins, quarterEnds, quarterOf } from '../../domain/kernel/time.ts';
import { dynamoManifests, noFurtherPush } from '../../lambdas/billing/storage/manifests.ts';
import { ConditionFailedError, table } from '../../lambdas/platform/storage/table.ts';
import { type Actor, createStage, type Stage } from '../platform/operations/operations-fixture.ts';
import { tableContent } from '../platform/request/table-content.ts';
import { exportedObjects } from '../support/aws/exported-objects.ts';
import { ledgerOf } from '../support/server/ledger.ts';
import { startServer } from '../support/server/server.ts';
import { sweptUpTo } from '../support/server/sweeps.ts';
import { sampleManifest } from '../support/vectors/sample-manifest.ts';

const hub = OrgId.parse('hub');

describe('a manifest', () => {
  let stage: Stage;
  let actor: Actor;
  let enterpriseId: string;
  /** the quarter in which sites come; it has ended when manifests are pushed */
  const quarterOfStart = () => previousQuarter(quarterOf(stage.server.clock.at));

  beforeAll(async () => {
    stage = await createStage(await startServer());
    actor = await stage.actor('pusher', { createEnterprises: 10 });
    const { client } = actor;
    ({ enterpriseId } = await client.call('create-enterprise', {}));
    for (const mode of ['production', 'production', 'dev'] as const)
      await client.call('create-site', { enterpriseId, siteRef: stage.newName(), state: 'active', mode });
    stage.server.clock.at = quarterEnds(quarterOf(stage.server.clock.at)) + 3600;
    await sweptUpTo(stage.server, quarterEnds(quarterOfStart()));
  });
  afterEach(() => {
    stage.server.meter.fault = () => undefined;
  });
  afterAll(async () => await stage.server.close());

  const right = () => sampleManifest([{ enterpriseId, production: 2, dev: 1, configurationUsers: 12 }]);
  const push = async (manifest = right(), quarter: string = quarterOfStart()) =>
    await actor.client.call('submit-manifest', { quarter, ...manifest });

  async function alertsOf(reason: string): Promise<Readonly<Record<string, unknown>>[]> {
    const items = await tableContent();
    return Object.values(items).filter(item => item.reason === reason && String(item.detail) === quarterOfStart());
  }

  async function setStatement(state: 'stated' | 'reopened', quarter = quarterOfStart()): Promise<void> {
    const statement = { pk: `Q#hub#${quarter}`, sk: 'T', state, revision: 1 };
    await table(stage.server.world.runtime).commit([{ put: statement }]);
  }

  async function noStatement(): Promise<void> {
    await table(stage.server.world.runtime).commit([{ remove: { pk: `Q#hub#${quarterOfStart()}`, sk: 'T' } }]);
  }

  it('that agrees with the server has no difference and raises nothing', async () => {
    expect(await push()).toMatchObject({ revision: 1, differences: [], differenceCount: 0, seatsExceeded: [] });
    expect(await alertsOf('count-mismatch')).toEqual([]);
    expect(await alertsOf('seat-limit-exceeded')).toEqual([]);
  });

  it('with one wrong count gets each difference as a line, and raises one alert a push', async () => {
    const wrong = sampleManifest([{ enterpriseId, production: 3, dev: 1, configurationUsers: 13 }]);
    const answer = await push(wrong);
    expect(answer).toMatchObject({
      revision: 2,
      differenceCount: 2,
      differences: [
        { kind: 'production', manifest: 3, server: 2 },
        { kind: 'production', enterpriseId, manifest: 3, server: 2 },
      ],
      seatsExceeded: [{ enterpriseId, configurationUsers: 13, limit: 12 }],
    });
    expect(await alertsOf('count-mismatch')).toMatchObject([{ subject: 'application:hub/pusher', times: 1 }]);
    expect(await alertsOf('seat-limit-exceeded')).toMatchObject([{ subject: `enterprise:${enterpriseId}`, times: 1 }]);
    await push(wrong);
    expect(await alertsOf('count-mismatch')).toMatchObject([{ times: 2 }]);
  });

  it('that does not name an enterprise says nothing of it, which is not zero', async () => {
    const { differences } = await push({ ...sampleManifest(), enterprises: 1 });
    expect(differences).toEqual([
      { kind: 'production', manifest: 0, server: 2 },
      { kind: 'dev', manifest: 0, server: 1 },
      { kind: 'production', enterpriseId, server: 2 },
      { kind: 'dev', enterpriseId, server: 1 },
    ]);
  });

  it('replaces the former, whose body stays and is what was recorded', async () => {
    const manifests = dynamoManifests(stage.server.world.runtime);
    const [latest] = await manifests.ofQuarter(hub, quarterOfStart());
    if (!latest) throw new Error('there is no manifest');
    const sums = [2, 3, 3, 0];
    for (const [i, production] of sums.entries())
      expect(await manifests.read(hub, quarterOfStart(), latest.app, i + 1)).toMatchObject({ sites: { production } });
    expect(latest).toMatchObject({ app: 'pusher', revision: sums.length, quarter: quarterOfStart() });
    const objects = Object.entries(await exportedObjects(stage.server));
    const last = objects.find(([, text]) => createHash('sha256').update(text).digest('base64url') === latest.sha256);
    expect(last?.[0]).toMatch(new RegExp(`^manifests/hub/${quarterOfStart()}/pusher/${sums.length}-`));
  });

  it('whose kept body is not what was recorded is not read', async () => {
    const manifests = dynamoManifests(stage.server.world.runtime);
    const [latest] = await manifests.ofQuarter(hub, quarterOfStart());
    if (!latest) throw new Error('there is no manifest');
    const key = { pk: `Q#hub#${quarterOfStart()}`, sk: `B#pusher#${latest.revision}` };
    const body = await ledgerOf(stage.server).get(key);
    await table(stage.server.world.runtime).commit([{ put: { ...body, ...key, sha256: 'x'.repeat(43) } }]);
    await expect(manifests.read(hub, quarterOfStart(), latest.app, latest.revision)).rejects.toThrow('recorded');
    await table(stage.server.world.runtime).commit([{ put: { ...body, ...key } }]);
  });

  it('pushed twice at once becomes two revisions, each with a body of its own', async () => {
    const manifests = dynamoManifests(stage.server.world.runtime);
    const app = AppId.parse(actor.app);
    for (let round = 0; round < 5; round++) {
      const before = (await push()).revision;
      const pushing = async (plantUsers: number) => {
        const { users, ...rest } = right();
        const { revision } = await push({ ...rest, users: { ...users, plantUsers } });
        expect((await manifests.read(hub, quarterOfStart(), app, revision)).users.plantUsers).toBe(plantUsers);
        return revision;
      };
      const revisions = await Promise.all([1, 2].map(pushing));
      expect(revisions.toSorted((a, b) => a - b)).toEqual([before + 1, before + 2]);
      for (const revision of revisions) await manifests.read(hub, quarterOfStart(), app, revision);
    }
  });

  it('that comes while its statement is being made is refused, and leaves nothing', async () => {
    stage.server.meter.fault = async ({ by, command }) => {
      if (by === 'submit-manifest' && command === 'PutObjectCommand') await setStatement('stated');
      return undefined;
    };
    const former = await dynamoManifests(stage.server.world.runtime).ofQuarter(hub, quarterOfStart());
    await expect(push()).rejects.toMatchObject({ code: 'quarter-closed', status: 409 });
    expect(await dynamoManifests(stage.server.world.runtime).ofQuarter(hub, quarterOfStart())).toEqual(former);
    stage.server.meter.fault = () => undefined;
    await noStatement();
  });

  it('is refused after the statement, and taken again once the quarter is reopened', async () => {
    await setStatement('stated');
    await expect(push()).rejects.toMatchObject({ code: 'quarter-closed', status: 409 });
    await setStatement('reopened');
    expect(await push()).toMatchObject({ quarter: quarterOfStart() });
    await noStatement();
  });

  it('that comes after a statement has read them all makes that statement begin again', async () => {
    const items = table(stage.server.world.runtime);
    const manifests = dynamoManifests(stage.server.world.runtime);
    const quarter = quarterOfStart();
    const statement = { put: { pk: `Q#hub#${quarter}`, sk: 'T', state: 'stated', revision: 1 } };
    const pushes = await manifests.pushes(hub, quarter);
    await push();
    await expect(items.commit([statement, noFurtherPush(hub, quarter, pushes)])).rejects.toBeInstanceOf(
      ConditionFailedError,
    );
    const now = await manifests.pushes(hub, quarter);
    expect(now).toBe(pushes + 1);
    await items.commit([statement, noFurtherPush(hub, quarter, now)]);
    await noStatement();
    const before = previousQuarter(quarter);
    const early = { put: { pk: `Q#hub#${before}`, sk: 'T', state: 'stated', revision: 1 } };
    await items.commit([early, noFurtherPush(hub, before, await manifests.pushes(hub, before))]);
  });

  it('of the largest size is taken whole', async () => {
    const admins = Array.from({ length: 500 }, (_, i) => ({
      name: '\u6c34'.repeat(120),
      email: `${i}.${'a'.repeat(50)}@${'b'.repeat(60)}.example.com`,
    }));
    const { revision } = await push({ ...right(), applicationAdmins: admins });
    const items = Object.values(await tableContent()).filter(({ pk }) => String(pk).startsWith('D#'));
    expect(items.length).toBeLessThanOrEqual(32);
    expect(items.reduce((sum, { people }) => sum + Number(people), 0)).toBe(500);
    const app = AppId.parse(actor.app);
    const manifests = dynamoManifests(stage.server.world.runtime);
    const { adminCommitments } = await manifests.read(hub, quarterOfStart(), app, revision);
    expect(new Set(adminCommitments).size).toBe(500);
  });

  it('is taken from the first second after its quarter', async () => {
    const { clock } = stage.server;
    const then = clock.at;
    clock.at = quarterBegins(quarterOf(then)) - 1;
    const quarter = quarterOf(clock.at);
    await expect(push(right(), quarter)).rejects.toMatchObject({ code: 'quarter-running' });
    clock.at += 1;
    expect(await push(right(), quarter)).toMatchObject({ quarter });
    clock.at = then;
  });

  it('that comes before the sweep has passed the quarter is taken and compared, and raises no alert', async () => {
    const ends = quarterEnds(quarterOfStart());
    const known = await alertsOf('count-mismatch');
    await sweptUpTo(stage.server, ends - 3600);
    const answer = await push(sampleManifest([{ enterpriseId, production: 3, dev: 1 }]));
    expect(answer).toMatchObject({ differenceCount: 2, complete: false, sweptUntil: isoTime(ends - 3600) });
    expect(await alertsOf('count-mismatch')).toEqual(known);
    await sweptUpTo(stage.server, ends);
    expect(await push()).toMatchObject({ differenceCount: 0, complete: true });
  });
});
