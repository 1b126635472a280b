import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { chosenEngine } from '../../local/dynamodb-engine.ts';
import type { Client } from '../../sdk/client.ts';
import { itemSize } from '../support/aws/item-size.ts';
import type { AwsCall } from '../support/aws/meter.ts';
import { writesOf, writeUnits } from '../support/aws/write-units.ts';
import { captureOutput } from '../support/output.ts';
import { type Instance, startInstance } from '../support/server/instance.ts';
import { keyOf, type Ledger, ledgerOf } from '../support/server/ledger.ts';
import { policies, startServer, type TestServer } from '../support/server/server.ts';

const longestOrg = 'abcdefghijkl';
const longestApp = 'application-of-24-letter';
const longestRef = 'R'.repeat(64);

describe('what an operation costs (bars P1, P3, P4)', () => {
  const output = captureOutput();
  let server: TestServer;
  let instance: Instance;
  let ledger: Ledger;
  let app: Client;
  let operator: Client;
  let enterpriseId: string;

  beforeAll(async () => {
    server = await startServer({ orgs: [longestOrg] });
    instance = await startInstance(server);
    ledger = ledgerOf(server);
    const { key } = await server.register(longestApp, policies.boost);
    const second = await server.register('operator-of-24-letters-x', policies.hwf, { role: 'operator' });
    app = instance.client(key);
    operator = instance.client(second.key);
    ({ enterpriseId } = await app.call('create-enterprise', {}));
    await warm();
  });
  afterAll(async () => {
    await server.close();
    output.restore();
  });

  /** every cache of every function filled: applications, enterprises, deny list, links, responder */
  async function warm(): Promise<void> {
    const site = await newSite('warm');
    await app.call('check-validity', { key: site.key });
    await app.call('refresh-key', { siteId: site.siteId, key: site.key });
  }

  async function newSite(siteRef: string) {
    return await app.call('create-site', { enterpriseId, siteRef, state: 'commissioning', mode: 'dev' });
  }

  /** What a piece of work writes, in units by AWS's rules, from the items before and after. */
  async function unitsOf(keys: () => Promise<readonly AwsCall[]>, known: Ledger['get']) {
    const calls = await keys();
    const writes = calls.flatMap(writesOf);
    const units = await Promise.all(
      writes.map(async ({ key, inTransaction }) => {
        const after = await ledger.get(key);
        return writeUnits({ before: await known(key), after: after ?? {}, inTransaction });
      }),
    );
    const total = units.reduce((sum, { table, index }) => sum + table + index, 0);
    // A second opinion on the rules; Amazon DynamoDB Local counts transactions otherwise (test/local/write-units.test.ts).
    if (chosenEngine() === 'embedded') expect(consumedBy(calls)).toBe(total);
    return total;
  }

  const consumedBy = (calls: readonly AwsCall[]) => calls.reduce((sum, { consumed }) => sum + consumed.write, 0);
  const nothing = async () => undefined;
  const commands = (calls: readonly AwsCall[]) => calls.map(({ command }) => command);

  it('checks a valid key with one strong read of one unit and nothing else', async () => {
    const { key } = await newSite('P1');
    const calls = await server.meter.of(async () => await app.call('check-validity', { key }));
    expect(commands(calls)).toEqual(['GetItemCommand']);
    expect(calls[0]).toMatchObject({ input: { ConsistentRead: true }, consumed: { read: 1, write: 0 } });
  });

  it('refreshes a key with one read, one signature and two writes of at most 4 units', async () => {
    const { siteId, key } = await newSite('P3');
    const before = await ledger.get(keyOf.site(siteId));
    server.clock.at += 20;
    const units = await unitsOf(
      async () => {
        const calls = await server.meter.of(async () => await app.call('refresh-key', { siteId, key }));
        expect(commands(calls)).toEqual(['PutItemCommand', 'GetItemCommand', 'SignCommand', 'PutItemCommand']);
        expect(calls[1]).toMatchObject({ input: { ConsistentRead: true }, consumed: { read: 1 } });
        return calls;
      },
      async key => (key.sk.startsWith('S#') ? before : undefined),
    );
    process.stderr.write(`refresh-key: ${units} write units\n`);
    expect(units).toBeLessThanOrEqual(4);
  });

  it('refreshes for at most 4 units when the new key expires in another hour', async () => {
    const { siteId, key } = await newSite('P3-later');
    const before = await ledger.get(keyOf.site(siteId));
    server.clock.at += 2 * 3600;
    await app.call('check-validity', { key });
    const units = await unitsOf(
      async () => await server.meter.of(async () => await app.call('refresh-key', { siteId, key })),
      async key => (key.sk.startsWith('S#') ? before : undefined),
    );
    process.stderr.write(`refresh-key, other hour: ${units} write units\n`);
    expect((await ledger.get(keyOf.site(siteId)))?.xpk).not.toBe(before?.xpk);
    expect(units).toBeLessThanOrEqual(4);
  });

  it('repeats a refresh without a signature', async () => {
    const { siteId, key } = await newSite('P3-repeat');
    const idempotencyKey = crypto.randomUUID();
    await app.call('refresh-key', { siteId, key }, { idempotencyKey });
    const calls = await server.meter.of(async () => await app.call('refresh-key', { siteId, key }, { idempotencyKey }));
    expect(commands(calls)).not.toContain('SignCommand');
    expect(calls.flatMap(writesOf)).toHaveLength(1);
  });

  it('promotes a dev site with one signature and at most 8 units', async () => {
    const { siteId, key } = await newSite('P3-promotion');
    const before = await ledger.get(keyOf.site(siteId));
    server.clock.at += 3600;
    await app.call('check-validity', { key });
    const units = await unitsOf(
      async () => {
        const work = async () => await app.call('refresh-key', { siteId, key, mode: 'production' });
        const calls = await server.meter.of(work);
        expect(commands(calls).filter(command => command === 'SignCommand')).toHaveLength(1);
        return calls;
      },
      async key => (key.sk.startsWith('S#') ? before : undefined),
    );
    process.stderr.write(`promotion: ${units} write units\n`);
    expect(units).toBeLessThanOrEqual(8);
  });

  it('creates a site for at most 10 units with nonce and index', async () => {
    const units = await unitsOf(async () => await server.meter.of(async () => await newSite(longestRef)), nothing);
    process.stderr.write(`create-site: ${units} write units\n`);
    expect(units).toBeLessThanOrEqual(10);
  });

  it('keeps the item of a site within 1,024 bytes at its largest', async () => {
    const ref = `L${longestRef.slice(1)}`;
    const { siteId, key } = await newSite(ref);
    const sizes: number[] = [];
    const measure = async () => sizes.push(itemSize((await ledger.get(keyOf.site(siteId))) ?? {}));
    await measure();
    await app.call('refresh-key', { siteId, key, mode: 'production' });
    await measure();
    await operator.call('update-site', { siteId, status: 'suspended' });
    await measure();
    await operator.call('update-site', { siteId, status: 'live' });
    await operator.call('reissue-key', { siteId });
    await measure();
    process.stderr.write(`site item: ${sizes.join(', ')} bytes\n`);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(1024 - roomForGrowth);
  });

  /** After thousands of changes `seq` and the generation have four digits more: two bytes each. */
  const roomForGrowth = 4;
});
