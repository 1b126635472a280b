import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { thumbprintOf } from '../../domain/chain/thumbprint.ts';
import { isoTime } from '../../domain/kernel/time.ts';
import { requestByCurl } from './by-curl.ts';
import type { Narrate, Show } from './narrator.ts';
import type { Stage } from './stage.ts';

/** A site of the story, with its current key. */
export interface StorySite {
  readonly siteId: string;
  readonly enterpriseId: string;
  readonly key: string;
}

export interface Licenses {
  readonly plant: StorySite;
  readonly trial: StorySite;
}

/** Who is who, and the first two licenses. */
export async function narrateLicenses(stage: Stage, tell: Narrate): Promise<Licenses> {
  const { hwf, boost, root } = stage;
  await tell('A server with the Org "hub", HWF and Boost: two rows of configuration, two policies', async show => {
    show('Root, to be pinned', await thumbprintOf(root));
    for (const { client } of [hwf, boost]) {
      const { application, policy } = await client.call('get-own-application', {});
      show(
        application,
        `modes ${policy.modes.join(', ')}; may check keys of: ${policy.enforcesFor.join() || 'itself'}`,
      );
    }
  });
  await tell('HWF asks who it is once more, by openssl and curl alone', async show => {
    const answer = await requestByCurl(stage, hwf, '/v1/applications/self');
    show('answer', answer ?? 'skipped: this machine has no openssl 3 or no curl');
    if (answer) assert.equal(JSON.parse(answer).application, 'hwf');
  });
  const first = await tell('HWF creates two enterprises: each gets its own KMS key, no human is needed', async show => {
    const enterprises = [
      await hwf.client.call('create-enterprise', {}),
      await hwf.client.call('create-enterprise', {}),
    ];
    for (const { enterpriseId, key } of enterprises) show(enterpriseId, `enterprise key ${key}`);
    return enterprises.map(({ enterpriseId }) => enterpriseId);
  });
  const [one = '', two = ''] = first;
  const plant = await tell(
    'HWF creates a site; its policy knows production only, so the mode is left out',
    async show => {
      const site = await hwf.client.call('create-site', { enterpriseId: one, siteRef: 'ABC123', state: 'active' });
      showSite(show, site);
      assert.equal(site.mode, 'production');
      return { ...site, enterpriseId: one };
    },
  );
  const trial = await tell('Boost creates a dev site in the second enterprise', async show => {
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
  show('its key', site.key);
  show('to be refreshed after', `${site.refreshAfter}, ends ${site.expiresAt}`);
}

/** Who may check which key, and how an answer proves itself. */
export async function narrateChecks(stage: Stage, tell: Narrate, { plant, trial }: Licenses): Promise<void> {
  const { hwf, boost } = stage;
  await tell("HWF enforces for Boost, so it may check Boost's key; the answer is signed", async show => {
    const nonce = randomUUID();
    const answer = await hwf.client.call('check-validity', { key: trial.key }, { nonce });
    show('valid', `${answer.valid} (${answer.mode}), to be cached until ${answer.cacheUntil}`);
    const verdict = await stage.verifyOffline(answer.verdict, 'verdict+jwt');
    show('verdict, under the Root', `valid ${verdict.valid}, for ${verdict.aud}, our nonce ${verdict.nonce === nonce}`);
    assert.deepEqual(
      [answer.valid, verdict.valid, verdict.nonce, verdict.aud],
      [true, true, nonce, 'application:hub/hwf'],
    );
  });
  await tell("Boost enforces for nobody: HWF's key looks to it like one that is not there", async show => {
    const { valid, reason } = await boost.client.call('check-validity', { key: plant.key });
    show('valid', `${valid}, ${reason}`);
    assert.deepEqual({ valid, reason }, { valid: false, reason: 'key-unknown' });
  });
  await tell('Anyone with the pinned Root verifies a key offline, with no server at all', async show => {
    const claims = await stage.verifyOffline(plant.key, 'site-key+jwt');
    show('site', claims.sub);
    show('application, mode', `${claims.app}, ${claims.mode}`);
    show('generation, ends', `${claims.gen}, ${isoTime(claims.exp)}`);
    assert.equal(claims.sub, `site:${plant.siteId}`);
  });
}
