import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { bucketOf } from '../../domain/kernel/ids.ts';
import { quarterEnds } from '../../domain/kernel/time.ts';
import { internalFunctions } from '../../lambdas/functions.ts';
import { operations } from '../../lambdas/operations.ts';
import type { Grants } from '../../lambdas/platform/kernel/grants.ts';
import { schedules } from '../../lambdas/schedules.ts';
import { streams } from '../../lambdas/streams.ts';
import { createStage, type Stage } from '../platform/operations/operations-fixture.ts';
import { ask, type Parts, partsOf } from '../platform/request/signed-call.ts';
import { tableContent } from '../platform/request/table-content.ts';
import type { WireAnswer } from '../platform/request/wire.ts';
import { exportedObjects } from '../support/aws/exported-objects.ts';
import { everythingKept, isNoPerson, logOf, spelledOut } from '../support/server/canary-capture.ts';
import { canary } from '../support/server/canary-values.ts';
import { runFunction, streamOf } from '../support/server/functions.ts';
import { startServer } from '../support/server/server.ts';
import { finishedQuarter, sampleManifest } from '../support/vectors/sample-manifest.ts';

const found = /xanary/i;
const day = 86_400;

/** Addresses that lie in one item, whichever way that is spelled. */
const [ada = '', ben = ''] = Array.from({ length: 200 }, (_, i) => `${canary}.${i}@Example.com`).filter(
  email => bucketOf(email.toLowerCase()) === 'c',
);
const people = [ada, ben, `${canary}@example.org`].map(email => ({ name: `Person ${canary}`, email }));

describe('P: names and addresses of application admins', () => {
  let stage: Stage;
  let elsewhere: Stage['operator']['client'];
  const log: string[] = [];
  beforeAll(async () => {
    await logOf(async () => {
      const server = await startServer({ orgs: ['hub', 'core'] });
      stage = await createStage(server);
      elsewhere = (await server.operatorOf('core')).client;
    });
  });
  afterAll(async () => await stage.server.close());

  async function logged<T>(work: () => Promise<T>): Promise<T> {
    const result = Promise.withResolvers<T>();
    log.push(await logOf(async () => await work().then(result.resolve, result.reject)));
    return await result.promise;
  }

  async function push(admins: readonly { name: string; email: string }[] = people) {
    const { app, server } = stage;
    const { enterpriseId } = await stage.site();
    const parts = [{ enterpriseId, production: 3, configurationUsers: 13 }];
    const quarter = finishedQuarter(server);
    return await app.client.call('submit-manifest', { quarter, ...sampleManifest(parts, admins) });
  }

  async function persons(): Promise<Readonly<Record<string, unknown>>[]> {
    return Object.values(await tableContent()).filter(item => !isNoPerson(item));
  }

  /** What the stream makes of all that was written: audit events. */
  async function deliverStream(): Promise<void> {
    await runFunction(stage.server, 'write-audit', streamOf(Object.values(await tableContent())));
    await runFunction(stage.server, 'recount-sites');
  }

  it('stand in family D and nowhere else: no log, answer, alert, export, audit event', async () => {
    const { app, operator, server } = stage;
    const quarter = finishedQuarter(server);
    const answers = await logged(async () => [
      await push(),
      await app.client.call('get-aggregate-stats', { quarter }),
      await operator.client.call('get-aggregate-stats', { quarter, application: app.app }),
      await deliverStream(),
      await operator.client.call('list-audit-events', { limit: 100 }),
      await operator.client.call('list-audit-events', { limit: 100, month: '202601' }),
    ]);
    expect(answers[0]).toMatchObject({ revision: 1, seatsExceeded: [{ configurationUsers: 13, limit: 12 }] });
    expect(JSON.stringify(answers)).not.toMatch(found);
    expect(log.join()).not.toMatch(found);
    expect((await everythingKept(server)).filter(text => found.test(text))).toEqual([]);
    expect(Object.keys(await tableContent()).filter(key => found.test(key))).toEqual([]);
    expect((await persons()).flatMap(({ admins }) => admins)).toHaveLength(people.length);
  });

  it('may be written by two functions, and read by one that answers them to finance alone', () => {
    const every: Record<string, { grants: Grants }> = { ...operations, ...schedules, ...streams, ...internalFunctions };
    const touching = Object.entries(every).filter(([, { grants }]) =>
      Object.values(grants.table ?? {}).some(families => families.includes('D')),
    );
    expect(touching.map(([id]) => id).sort()).toEqual(['erase-admin', 'list-admins', 'submit-manifest']);
    expect(operations['list-admins'].contract.callers).toEqual(['finance']);
    expect(operations['list-admins'].grants.table).toEqual({
      GetItem: ['P', 'R'],
      Query: ['Q', 'D'],
      PutItem: ['I', 'R'],
    });
  });

  it('are answered to finance, and leave nothing in log, audit trail, table and exports by that', async () => {
    const { finance, server } = stage;
    const quarter = finishedQuarter(server);
    const page = await logged(async () => await finance.client.call('list-admins', { quarter }));
    expect(page.admins.map(({ email }) => email).sort()).toEqual(people.map(({ email }) => email).sort());
    await logged(async () => await deliverStream());
    expect(log.join()).not.toMatch(found);
    expect((await everythingKept(server)).filter(text => found.test(text))).toEqual([]);
  });

  it('end 400 days after their quarter', async () => {
    for (const { ttl } of await persons()) expect(ttl).toBe(quarterEnds(finishedQuarter(stage.server)) + 400 * day);
  });

  it('leave no trace when AWS fails in the middle', async () => {
    const { server } = stage;
    const before = (await persons()).length;
    const text = await logOf(async () => {
      for (const command of ['PutObject', 'TransactWrite', 'UpdateItem', 'Query'])
        for (const fault of ['drop-before', new TypeError(`inside: ${canary}`)] as const) {
          server.meter.fault = ({ by, command: called }) => {
            if (by !== 'submit-manifest' || !called.startsWith(command)) return undefined;
            if (fault instanceof Error) throw fault;
            return fault;
          };
          await expect(push()).rejects.toMatchObject({ status: fault instanceof Error ? 500 : 503 });
        }
      server.meter.fault = () => undefined;
    });
    expect(text).not.toMatch(found);
    expect((await persons()).length).toBe(before);
    expect((await everythingKept(server)).filter(kept => found.test(kept))).toEqual([]);
  });

  it('are in the kept manifest as commitments only, each opened by its salt', async () => {
    const admins = (await persons()).flatMap(({ admins }) => (Array.isArray(admins) ? admins : []));
    const opened = admins.map(({ salt, name, email }) =>
      createHash('sha256')
        .update(JSON.stringify([salt, name, email]))
        .digest('base64url'),
    );
    const bodies = Object.values(await exportedObjects(stage.server)).map(text => JSON.parse(text));
    const kept = bodies.find(({ adminCommitments }) => opened.every(each => adminCommitments.includes(each)));
    expect(kept.adminCommitments.toSorted()).toEqual(opened.toSorted());
    expect(new Set(admins.map(({ salt }) => salt)).size).toBe(people.length);
    for (const { salt } of admins) expect(Buffer.from(String(salt), 'base64url')).toHaveLength(16);
  });

  it('are erased for good, one person at a time, in whatever case and however often one asks', async () => {
    const { operator, server } = stage;
    const objects = await exportedObjects(server);
    const text = await logOf(async () => {
      const idempotencyKey = crypto.randomUUID();
      const erase = async () =>
        await operator.client.call('erase-admin', { email: ada.toUpperCase() }, { idempotencyKey });
      expect(await elsewhere.call('erase-admin', { email: ada })).toEqual({ entries: 0 });
      await logged(async () => await push([{ name: 'Ada Example', email: ada.toLowerCase() }]));
      expect(await erase()).toEqual({ entries: 2 });
      expect((await everythingKept(server)).filter(kept => found.test(kept))).toEqual([]);
      expect(await erase()).toEqual({ entries: 2 });
      expect(await operator.client.call('erase-admin', { email: ada })).toEqual({ entries: 0 });
    });
    expect(text).not.toMatch(found);
    const left = (await persons()).flatMap(({ admins }) => (Array.isArray(admins) ? admins : []));
    expect(left.map(({ email }) => email).sort()).toEqual([ben, `${canary}@example.org`].sort());
    await logOf(async () => {
      for (const { email } of left) await operator.client.call('erase-admin', { email });
    });
    expect(
      Object.values(await tableContent())
        .map(spelledOut)
        .filter(item => found.test(item)),
    ).toEqual([]);
    expect(await persons()).toEqual([]);
    expect(await exportedObjects(server)).toMatchObject(objects);
  });

  it('leave an audit event that says how many were erased, never whose', async () => {
    await logOf(async () => await deliverStream());
    const items = Object.values(await tableContent()).filter(({ subject }) => /^erasures:/.test(String(subject)));
    expect(items.length).toBeGreaterThanOrEqual(2);
    for (const { details } of items) expect(Object.keys(Object(details))).toEqual(['entries']);
  });
});

describe('P: names of enterprises and sites', () => {
  let stage: Stage;
  let parts: Parts;
  beforeAll(async () => {
    await logOf(async () => {
      stage = await createStage(await startServer());
      parts = await partsOf(stage, 'submit-manifest');
    });
  });
  afterAll(async () => await stage.server.close());

  /** The body with one more field in each of its objects in turn. */
  function* withField(value: unknown, field: string): Iterable<unknown> {
    if (typeof value !== 'object' || value === null) return;
    if (Array.isArray(value)) {
      for (const [i, inner] of value.entries())
        for (const planted of withField(inner, field)) yield value.map((old, at) => (at === i ? planted : old));
      return;
    }
    yield { ...value, [field]: `Waterworks ${canary}` };
    for (const [name, inner] of Object.entries(value))
      for (const planted of withField(inner, field)) yield { ...value, [name]: planted };
  }

  it('have no place in a manifest: every object refuses what it does not know', async () => {
    const answers: WireAnswer[] = [];
    const text = await logOf(async () => {
      for (const field of ['name', 'enterpriseName', 'siteNames', 'label', 'comment'])
        for (const body of withField(parts.body, field))
          answers.push(await ask(stage, parts, { body: JSON.stringify(body) }));
    });
    // In itself, its sites, one enterprise, its users, one admin; only an admin has a name, which is then another one.
    const statuses = answers.map(({ status }) => status);
    expect(statuses.filter(status => status === 400)).toHaveLength(5 * 5 - 1);
    expect(statuses.filter(status => status === 200)).toHaveLength(1);
    expect(text).not.toMatch(found);
    expect((await everythingKept(stage.server)).filter(kept => found.test(kept))).toEqual([]);
  });
});
