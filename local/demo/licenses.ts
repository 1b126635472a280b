import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { thumbprintOf } from '../../domain/chain/thumbprint.ts';
import { isoTime } from '../../domain/kernel/time.ts';
import { requestByCurl } from './by-curl.ts';
import type { DemoServer } from './demo-server.ts';
import type { RunStep, Show } from './step-runner.ts';

/** A site of the demo with its current key. */
export interface StorySite {
  readonly siteId: string;
  readonly enterpriseId: string;
  readonly key: string;
}

export interface Licenses {
  readonly plant: StorySite;
  readonly trial: StorySite;
}

/** Demonstrates the applications and creates the first two sites. */
export async function demonstrateLicenses(server: DemoServer, step: RunStep): Promise<Licenses> {
  const { hwf, boost, root } = server;
  await step('A server with the Org "hub" and two applications, HWF and Boost, each with a policy', async show => {
    show('Root, to be pinned', await thumbprintOf(root));
    for (const { client } of [hwf, boost]) {
      const { application, policy } = await client.call('get-own-application', {});
      show(
        application,
        `modes ${policy.modes.join(', ')}; may check keys of: ${policy.enforcesFor.join() || 'itself'}`,
      );
    }
  });
  await step('HWF calls get-own-application by openssl and curl', async show => {
    const answer = await requestByCurl(server, hwf, '/v1/applications/self');
    show('answer', answer ?? 'skipped: openssl 3 or curl is missing');
    if (answer) assert.equal(JSON.parse(answer).application, 'hwf');
  });
  const first = await step('HWF creates two enterprises: each gets its own KMS key automatically', async show => {
    const enterprises = [
      await hwf.client.call('create-enterprise', {}),
      await hwf.client.call('create-enterprise', {}),
    ];
    for (const { enterpriseId, key } of enterprises) show(enterpriseId, `enterprise key ${key}`);
    return enterprises.map(({ enterpriseId }) => enterpriseId);
  });
  const [one = '', two = ''] = first;
  const plant = await step(
    'HWF creates a site; its policy allows production only, so the mode is omitted',
    async show => {
      const site = await hwf.client.call('create-site', { enterpriseId: one, siteRef: 'ABC123', state: 'active' });
      showSite(show, site);
      assert.equal(site.mode, 'production');
      return { ...site, enterpriseId: one };
    },
  );
  const trial = await step('Boost creates a dev site in the second enterprise', async show => {
    const asked = { enterpriseId: two, siteRef: 'XYZ-7', state: 'commissioning', mode: 'dev' } as const;
    const site = await boost.client.call('create-site', asked);
    showSite(show, site);
    assert.equal(site.mode, 'dev');
    return { ...site, enterpriseId: two };
  });
  return { plant, trial };
}

function showSite(
  show: Show,
  site: { siteId: string; mode: string; key: string; refreshAfter: string; expiresAt: string },
) {
  show('site', `${site.siteId}, ${site.mode}`);
  show('key', site.key);
  show('refresh after', `${site.refreshAfter}, expires ${site.expiresAt}`);
}

/** Demonstrates which keys an application may check, the signed verdict, and offline verification. */
export async function demonstrateChecks(server: DemoServer, step: RunStep, { plant, trial }: Licenses): Promise<void> {
  const { hwf, boost } = server;
  await step("HWF enforces for Boost, so it may check Boost's key; the answer is signed", async show => {
    const nonce = randomUUID();
    const answer = await hwf.client.call('check-validity', { key: trial.key }, { nonce });
    show('valid', `${answer.valid} (${answer.mode}), cache until ${answer.cacheUntil}`);
    const verdict = await server.verifyOffline(answer.verdict, 'verdict+jwt');
    show(
      'verdict, under the Root',
      `valid ${verdict.valid}, for ${verdict.aud}, nonce matches ${verdict.nonce === nonce}`,
    );
    assert.deepEqual(
      [answer.valid, verdict.valid, verdict.nonce, verdict.aud],
      [true, true, nonce, 'application:hub/hwf'],
    );
  });
  await step("Boost enforces for no other application: HWF's key is unknown to it", async show => {
    const { valid, reason } = await boost.client.call('check-validity', { key: plant.key });
    show('valid', `${valid}, ${reason}`);
    assert.deepEqual({ valid, reason }, { valid: false, reason: 'key-unknown' });
  });
  await step('With the pinned Root a key is verified offline, without a server', async show => {
    const claims = await server.verifyOffline(plant.key, 'site-key+jwt');
    show('site', claims.sub);
    show('application, mode', `${claims.app}, ${claims.mode}`);
    show('generation, expires', `${claims.gen}, ${isoTime(claims.exp)}`);
    assert.equal(claims.sub, `site:${plant.siteId}`);
  });
}
