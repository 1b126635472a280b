import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { createParentCache } from '../../domain/chain/parent-cache.ts';
import { verifyChain } from '../../domain/chain/verify-chain.ts';
import { checkSignature } from '../../lambdas/platform/kernel/check-signature.ts';
import { withoutPauses } from '../support/clients/pauses.ts';
import { notingClient, SiteClient } from '../support/clients/site-client.ts';
import { captureOutput } from '../support/output.ts';
import { seeded } from '../support/seeded.ts';
import { runFunction } from '../support/server/functions.ts';
import { startInstance } from '../support/server/instance.ts';
import { keyOf, type Ledger, ledgerOf } from '../support/server/ledger.ts';
import { startServer, type TestServer } from '../support/server/server.ts';

const seed = 20261109;
const siteCount = 60;
const [hour, day] = [3600, 86_400];
const stepSeconds = 6 * hour;
const outageDays = 7;
/** by then keys of every age are there, and the links of the enterprise become due during the outage */
const daysBefore = 29;
const sleepers = 6;
const lost = 8;

const isKms = (command: string) => /^(Sign|CreateKey|CreateAlias|DescribeKey|GetPublicKey)Command$/.test(command);

describe(`KMS throttles everything for ${outageDays} days (bar R9, seed ${seed}, ${siteCount} sites)`, () => {
  const output = captureOutput();
  const random = seeded(seed);
  const sites: SiteClient[] = [];
  /** sites whose clients are off until the last days of their keys: these run out during the outage */
  const asleep = new Set<SiteClient>();
  const parents = createParentCache();
  let server: TestServer;
  let ledger: Ledger;
  let app: ReturnType<typeof notingClient>;
  let enterpriseId: string;
  let kmsRequests = 0;
  let began: number;

  beforeAll(async () => {
    withoutPauses();
    server = await startServer();
    server.meter.records = false;
    ledger = ledgerOf(server);
    app = notingClient(server, await startInstance(server), server.keys.hwf);
    ({ enterpriseId } = await app.client.call('create-enterprise', {}));
    began = server.clock.at;
    await month();
  });
  afterAll(async () => {
    jest.restoreAllMocks();
    await server.close();
    output.restore();
  });

  /** Sites come one by one; their clients do as they should. */
  async function month(): Promise<void> {
    for (; server.clock.at < began + daysBefore * day; server.clock.at += stepSeconds) {
      while (sites.length < (siteCount * (server.clock.at - began + stepSeconds)) / (daysBefore * day))
        sites.push(await newSite(`R9-${sites.length}`));
      if ((server.clock.at - began) % day === 0) expect(await nightly()).toEqual([]);
      await Promise.all(
        due().map(async site => expect(await site.refresh(app.client, server.clock.at)).toBeUndefined()),
      );
    }
  }

  async function newSite(siteRef: string): Promise<SiteClient> {
    const site = new SiteClient(await app.client.call('create-site', { enterpriseId, siteRef, state: 'active' }));
    if (sites.length < sleepers) asleep.add(site);
    return site;
  }

  function due(): SiteClient[] {
    return sites.filter(site => site.isDue(server.clock.at) && !asleep.has(site));
  }

  /** @returns the schedules that failed */
  async function nightly(): Promise<string[]> {
    const run = async (id: 'renew-links' | 'renew-responders') =>
      await runFunction(server, id).then(
        () => [],
        () => [id],
      );
    return [...(await run('renew-links')), ...(await run('renew-responders'))];
  }

  const seqOf = async ({ siteId }: SiteClient) => Number((await ledger.get(keyOf.site(siteId)))?.seq);

  /** Each caller gets the right verdict, online and offline. @param dead keys that were replaced by one that its client has not */
  async function expectRightChecks(dead: ReadonlySet<string>): Promise<void> {
    const at = server.clock.at;
    const options = { roots: [server.world.root], at, checkSignature, parents };
    await Promise.all(
      sites.map(async ({ key, expiresAt }) => {
        const expected = dead.has(key) ? 'key-superseded' : at < expiresAt ? 'valid' : 'key-expired';
        const { valid, reason, verdict } = await app.client.call('check-validity', { key });
        expect(valid ? 'valid' : reason).toBe(expected);
        await expect(verifyChain(verdict, 'verdict+jwt', options)).resolves.toMatchObject({ valid });
        const offline = await verifyChain(key, 'site-key+jwt', options).then(
          () => 'good',
          () => 'over',
        );
        expect(offline).toBe(at < expiresAt ? 'good' : 'over');
      }),
    );
  }

  it('lets checks go on, repeats lost answers, does nothing partially, and locks no site out', async () => {
    const dead = new Map<string, string>();
    const losers = sites.slice(sleepers + random.below(siteCount - sleepers - lost)).slice(0, lost);
    for (const site of losers) dead.set(site.key, (await site.loseAnswer(app.client, server.clock.at)).key);

    server.meter.fault = ({ command }) => {
      if (!isKms(command)) return undefined;
      kmsRequests += 1;
      return 'throttle';
    };
    const outageEnds = server.clock.at + outageDays * day;
    const counts = { refused: 0, repeated: 0, expired: 0, nightsFailed: 0 };
    for (let step = 0; server.clock.at < outageEnds; server.clock.at += stepSeconds, step++) {
      if (step % 4 === 0) counts.nightsFailed += (await nightly()).length;
      for (const site of due()) {
        const [before, requests, repeat] = [await seqOf(site), kmsRequests, dead.get(site.key)];
        const problem = await site.refresh(app.client, server.clock.at);
        expect(await seqOf(site)).toBe(before);
        if (repeat) {
          expect([problem, site.key, kmsRequests]).toEqual([undefined, repeat, requests]);
          counts.repeated += 1;
        } else {
          expect(problem).toMatchObject({ status: 503, code: 'unavailable' });
          counts.refused += 1;
        }
      }
      await expectRightChecks(new Set(dead.keys()));
    }
    counts.expired = sites.filter(({ expiresAt }) => server.clock.at >= expiresAt).length;
    expect(app.retryAfters.every(seconds => Number(seconds) > 0)).toBe(true);
    process.stderr.write(`R9: ${JSON.stringify({ ...counts, kmsRequests })}\n`);
    expect(counts).toMatchObject({ repeated: lost, nightsFailed: expect.any(Number) });
    expect(Math.min(counts.refused, counts.expired)).toBeGreaterThan(0);
    expect(counts.nightsFailed).toBeGreaterThan(outageDays);
  });

  it('leaves nothing of a site that could not be created', async () => {
    const wanted = { enterpriseId, siteRef: 'R9-later', state: 'active' } as const;
    const idempotencyKey = crypto.randomUUID();
    const create = async () => await app.client.call('create-site', wanted, { idempotencyKey });
    await expect(create()).rejects.toMatchObject({ status: 503 });
    const { sites: listed } = await app.client.call('list-sites', { enterpriseId, limit: 100 });
    expect(listed).toHaveLength(siteCount);
    server.meter.fault = () => undefined;
    sites.push(new SiteClient(await create()));
  });

  it('has every site refreshed within two days of its return, also those whose keys have run out', async () => {
    asleep.clear();
    expect(await nightly()).toEqual([]);
    for (const ends = server.clock.at + 2 * day; server.clock.at < ends; server.clock.at += stepSeconds)
      for (const site of due()) expect(await site.refresh(app.client, server.clock.at)).toBeUndefined();
    expect(due()).toEqual([]);
    for (const { expiresAt } of sites) expect(expiresAt).toBeGreaterThan(server.clock.at);
    await expectRightChecks(new Set());
  });
});
