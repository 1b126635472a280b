import assert from 'node:assert/strict';
import type { Licenses } from './licenses.ts';
import { type Narrate, refused } from './narrator.ts';
import type { Stage } from './stage.ts';

/** Which modes may be asked for, and the one way from dev to production. @returns the licenses with their keys of now */
export async function narrateModes(stage: Stage, tell: Narrate, { plant, trial }: Licenses): Promise<Licenses> {
  const { hwf, boost } = stage;
  await tell('The policy decides about modes, not the code', async show => {
    const site = { enterpriseId: plant.enterpriseId, siteRef: 'ABC124', state: 'basic' } as const;
    await refused(
      show,
      'HWF asks for dev',
      hwf.client.call('create-site', { ...site, mode: 'dev' }),
      'mode-not-allowed',
    );
    await refused(show, 'Boost does not say', boost.client.call('create-site', site), 'mode-required');
  });
  const promoted = await tell('Boost promotes its dev site: by refresh-key, like the monthly refresh', async show => {
    const { siteId, key } = trial;
    const next = await boost.client.call('refresh-key', { siteId, key, mode: 'production' });
    show('mode, generation', `${next.mode}, ${next.generation}`);
    show('new key', next.key);
    const old = await hwf.client.call('check-validity', { key });
    show('the dev key is dead', old.reason);
    assert.deepEqual([next.mode, next.generation, old.reason], ['production', 2, 'key-superseded']);
    return { ...trial, key: next.key };
  });
  await tell('There is no way back from production to dev', async show => {
    const { siteId, key } = promoted;
    const back = boost.client.call('refresh-key', { siteId, key, mode: 'dev' });
    await refused(show, 'refresh-key', back, 'mode-not-downgradable');
    const aside = boost.client.call('update-site', { siteId, mode: 'dev' });
    await refused(show, 'update-site', aside, 'mode-change-by-refresh');
  });
  return { plant, trial: promoted };
}
