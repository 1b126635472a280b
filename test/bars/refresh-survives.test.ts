import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Client } from '../../sdk/client.ts';
import { barCount } from '../support/bar-count.ts';
import { FragileServer, type Mishap, type Persisted, someMishap } from '../support/clients/fragile-client.ts';
import { captureOutput } from '../support/output.ts';
import { mapConcurrently, seeded } from '../support/seeded.ts';
import { startInstance } from '../support/server/instance.ts';
import { startServer, type TestServer } from '../support/server/server.ts';

const seed = 20261101;
const points = barCount(500, 60);
const workerCount = 8;

describe(`a refresh that is disturbed (bar R1, seed ${seed}, ${points} points)`, () => {
  const output = captureOutput();
  const met = new Map<string, number>();
  let server: TestServer;
  let healthy: Client;
  let fragile: FragileServer[];
  let enterpriseId: string;

  beforeAll(async () => {
    server = await startServer();
    server.meter.records = false;
    healthy = (await startInstance(server)).client(server.keys.boost);
    const start = async () => await FragileServer.start(server, server.keys.boost);
    fragile = await Promise.all(Array.from({ length: workerCount }, start));
    ({ enterpriseId } = await healthy.call('create-enterprise', {}));
  });
  afterAll(async () => {
    await server.close();
    output.restore();
  });

  it('ends with exactly one valid key, the one that the client holds, and never two', async () => {
    await mapConcurrently(workerCount, points, async (number, worker) => {
      const there = fragile[worker];
      if (there) await disturb(number, there).catch((error: unknown) => Promise.reject(at(number, error)));
    });
    expect([...met.keys()].sort()).toEqual([
      'answer lost',
      'client killed before persisting',
      'client killed before the call',
      'killed',
      'overtaken',
      'reply lost',
    ]);
  });

  /** One to three disturbed attempts, then one that nothing disturbs; after each, all keys that ever left the server are checked. */
  async function disturb(number: number, there: FragileServer): Promise<void> {
    const random = seeded(seed + number);
    const created = await healthy.call('create-site', {
      enterpriseId,
      siteRef: `R1-${number}`,
      state: 'active',
      mode: 'dev',
    });
    const site = { siteId: created.siteId, ...(random.chance(0.3) && { mode: 'production' as const }) };
    const keys = new Set([created.key]);
    let has: Persisted = { key: created.key, idempotencyKey: crypto.randomUUID() };
    const mishaps: (Mishap | undefined)[] = Array.from({ length: 1 + random.below(3) }, () => someMishap(random));
    for (const mishap of [...mishaps, undefined]) {
      if (mishap) met.set(mishap.kind, (met.get(mishap.kind) ?? 0) + 1);
      const { left, received } = await there.attempt(site, has, mishap);
      for (const key of [...(left ? [left] : []), ...(random.chance(0.5) ? await there.letGo() : [])]) keys.add(key);
      expect((await validOf(keys)).length).toBeLessThanOrEqual(1);
      if (received) has = { key: received, idempotencyKey: crypto.randomUUID() };
      if (received && random.chance(0.5)) break;
    }
    for (const key of await there.letGo()) keys.add(key);
    expect(await validOf(keys)).toEqual([has.key]);
  }

  async function validOf(keys: ReadonlySet<string>): Promise<string[]> {
    const verdicts = await Promise.all(
      [...keys].map(async key => ({ key, valid: (await healthy.call('check-validity', { key })).valid })),
    );
    return verdicts.filter(({ valid }) => valid).map(({ key }) => key);
  }
});

function at(number: number, cause: unknown): Error {
  return new Error(`point ${number}: ${cause instanceof Error ? cause.message : cause}`, { cause });
}
