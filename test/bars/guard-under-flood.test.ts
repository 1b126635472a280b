import { describe, expect, it } from '@jest/globals';
import type { InvalidKeyAlert } from '../../sdk/guard/key-alerts.ts';
import { createLicenseGuard } from '../../sdk/guard/license-guard.ts';
import { barCount } from '../support/bar-count.ts';
import { seeded } from '../support/seeded.ts';
import { newSigningServer } from '../support/server/signing-server.ts';
import { days } from '../support/tamper/chains.ts';
import { forged } from '../support/vectors/forged-keys.ts';

const seed = 20261125;
const forgeries = barCount(100_000, 2_000);
const deadChecks = barCount(100_000, 2_000);
const begin = 1_795_000_000;

describe(`floods of keys that are not good, at an enforcer (bar R25, the client's share, seed ${seed})`, () => {
  async function enforcer() {
    const server = newSigningServer(begin);
    const reports: InvalidKeyAlert[] = [];
    const guard = await createLicenseGuard({
      client: server.client,
      application: 'hub/hwf',
      root: server.root,
      sendAlert: async report => reports.push(report),
      clocks: () => ({ clock: server.at, ticks: server.at - begin }),
    });
    return { server, guard, reports };
  }

  it(`refuses ${forgeries} forged keys without a report, and asks nothing but once for the Roots that the server announces`, async () => {
    const { server, guard, reports } = await enforcer();
    const { key } = server.newKey();
    for (let number = 0; number < forgeries; number++) {
      const admission = await guard.check(forged(key, seeded(seed + number)));
      expect(admission).toMatchObject({ allowed: false, reason: 'key-not-genuine' });
    }
    await guard.close();
    expect([server.questions, reports]).toEqual([{ count: 0, ofTrust: 1 }, []]);
    expect(await guard.check(key)).toMatchObject({ allowed: true });
  });

  it(`asks about ${deadChecks} presentations of dead keys once a minute for each, and reports each once a day and the number of the rest`, async () => {
    const { server, guard, reports } = await enforcer();
    const keys = Array.from({ length: 4 }, () => server.newKey());
    for (const { jti } of keys) server.dead.set(jti, 'suspended');
    const minutes = 10;
    for (let minute = 0; minute < minutes; minute++) {
      for (let i = 0; i < deadChecks / minutes; i++)
        expect(await guard.check(keys[i % keys.length]?.key)).toMatchObject({ allowed: false, reason: 'suspended' });
      server.at += 60;
    }
    expect(server.questions.count).toBe(minutes * keys.length);
    await guard.close();
    // All keys of this server are of one site: one subject.
    expect(reports).toHaveLength(2);
    expect(reports.reduce((sum, { times }) => sum + times, 0) + server.questions.count).toBe(deadChecks);
  });

  it('does not come back as a herd: after an outage one asks, then the others, never more than 8 at once', async () => {
    const { server, guard } = await enforcer();
    const keys = Array.from({ length: 200 }, () => server.newKey());
    for (const { key } of keys) await guard.check(key);
    const asked = server.questions.count;
    server.isUp = false;
    let attempts = 0;
    let atOnce = 0;
    let most = 0;
    const { call } = server.client;
    Object.assign(server.client, {
      call: async (...given: never[]) => {
        attempts++;
        most = Math.max(most, ++atOnce);
        await new Promise(resolve => setTimeout(resolve, 1));
        return await (call as (...given: never[]) => Promise<unknown>)(...given).finally(() => atOnce--);
      },
    });
    for (let minute = 0; minute < 120; minute++) {
      server.at += 60;
      await Promise.all(keys.map(async ({ key }) => expect((await guard.check(key)).allowed).toBe(true)));
    }
    // An hour of it under verdicts that still count; then one question every 2.5 to 5 minutes, whatever the number of requests.
    expect(attempts).toBeLessThan(70);
    server.isUp = true;
    server.at += 300;
    attempts = 0;
    await Promise.all(keys.map(async ({ key }) => await guard.check(key)));
    expect(attempts).toBeLessThanOrEqual(9);
    await Promise.all(keys.map(async ({ key }) => await guard.check(key)));
    expect(server.questions.count - asked).toBe(keys.length);
    expect(most).toBeLessThanOrEqual(8 + 1);
    server.at += 20 * days;
    await guard.close();
  });
});
