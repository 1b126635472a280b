import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { siteKeyClaims } from '../../domain/site-licensing/leaf-claims.ts';
import { decideValidity } from '../../domain/site-licensing/validity.ts';
import { holder, jti, now, recordedKey, site } from '../site-licensing/domain/facts.ts';
import { captureOutput } from '../support/output.ts';
import { seeded } from '../support/seeded.ts';
import { runFunction } from '../support/server/functions.ts';
import { type Ledger, ledgerOf } from '../support/server/ledger.ts';
import { startServer, type TestServer } from '../support/server/server.ts';
import { alertsBetween, hourOf, sweep, sweptUpTo } from '../support/server/sweeps.ts';

const seed = 20261107;
const instants = 10_000;
const hour = 3600;
const day = 86_400;

/** What a person hears, and when, from the hour in which a key ends (docs/rules.md 3.4, 3.5); the last is the most urgent. */
const moments = [
  { after: -5 * day, alert: 'expiring-soon 5-days' },
  { after: -3 * day, alert: 'expiring-soon 3-days' },
  { after: -day, alert: 'expiring-soon 1-day' },
  { after: hour, alert: 'key-expired' },
  { after: hour + 60 * day, alert: 'dormant' },
] as const;

describe(`sweeps that do not run (bar R7, seed ${seed})`, () => {
  const output = captureOutput();
  const random = seeded(seed);
  let server: TestServer;
  let ledger: Ledger;

  beforeAll(async () => {
    server = await startServer();
    ledger = ledgerOf(server);
  });
  afterAll(async () => {
    await server.close();
    output.restore();
  });

  async function newSites(count: number) {
    const { enterpriseId } = await server.hwf.call('create-enterprise', {});
    const create = async (_: unknown, i: number) =>
      await server.hwf.call('create-site', { enterpriseId, siteRef: `R7-${i}`, state: 'active' });
    const sites = await Promise.all(Array.from({ length: count }, create));
    return sites.map(site => ({ ...site, expiresAt: Date.parse(site.expiresAt) / 1000 }));
  }

  // Each number of missed runs is tried in test/site-licensing/domain/expiry-sweep.test.ts; these go through the whole server.
  it.each([1, 3, 25, 72])('%i of them: the next one makes up for all', async missed => {
    const sites = await newSites(12);
    const { after } = random.pick(moments);
    server.clock.at = hourOf(random.pick(sites).expiresAt) + after + random.below(missed * hour);
    const [at, handled] = [server.clock.at, hourOf(server.clock.at) - missed * hour];
    await sweptUpTo(server, handled);
    await sweep(server);
    const expected = sites.flatMap(({ siteId, expiresAt }) => {
      const due = moments.filter(({ after }) => {
        const dueAt = hourOf(expiresAt) + after;
        return dueAt > handled && dueAt <= at;
      });
      return due.slice(-1).map(({ alert }) => `1 × ${alert} site:${siteId}`);
    });
    const alerts = await alertsBetween(ledger, handled, at);
    expect(expected.length).toBeGreaterThan(0);
    expect(alerts.filter(text => sites.some(({ siteId }) => text.endsWith(siteId))).sort()).toEqual(expected.sort());
  });

  it(`never make a dead key valid: the rule, at ${instants} random instants`, () => {
    let valid = 0;
    for (let i = 0; i < instants; i++) {
      const expiresAt = now + random.below(200 * day) - 100 * day;
      const at = random.chance(0.1) ? expiresAt + random.below(3) - 1 : now + random.below(200 * day) - 100 * day;
      const status = random.pick(['live', 'live', 'suspended', 'dormant', 'deleted'] as const);
      const lastNotified = random.below(5) || undefined;
      const held = holder({ status, key: recordedKey({ jti: jti('B'), expiresAt, lastNotified }) });
      const gen = random.pick([held.key.generation, 1 + random.below(3)]);
      const presented = { ...siteKeyClaims(site(), held.key), jti: jti(random.pick(['A', 'B'])), gen };
      const verdict = decideValidity(presented, held, random.chance(0.1), at);
      if (verdict.valid) valid += 1;
      if (verdict.valid) expect([at < expiresAt, status, presented.jti]).toEqual([true, 'live', held.key.jti]);
    }
    expect(valid).toBeGreaterThan(instants / 20);
  });

  it('never make a dead key valid: the server, swept or not', async () => {
    const [site] = await newSites(1);
    if (!site) throw new Error('there is no site');
    const { key, expiresAt } = site;
    const some = Array.from({ length: 40 }, () => expiresAt + random.below(72 * day) - 4 * day);
    const edges = [-1, 0, 1, hour].map(after => expiresAt + after);
    const seen = new Set<string>();
    for (const at of [...some, ...edges].sort((a, b) => a - b)) {
      server.clock.at = at;
      await runFunction(server, 'renew-responders');
      await runFunction(server, 'renew-links');
      await sweptUpTo(server, hourOf(at) - hour);
      if (random.chance(0.5)) await sweep(server);
      const { valid, cacheUntil } = await server.hwf.call('check-validity', { key });
      expect([at, valid]).toEqual([at, at < expiresAt]);
      if (valid) expect(Date.parse(cacheUntil) / 1000).toBeLessThanOrEqual(expiresAt);
      seen.add(String(valid));
    }
    expect([...seen]).toEqual(['true', 'false']);
  });
});
