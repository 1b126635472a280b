import assert from 'node:assert/strict';
import type { DemoServer } from './demo-server.ts';
import type { Licenses } from './licenses.ts';
import { type RunStep, refused } from './step-runner.ts';

/** Demonstrates the modes of a policy and the promotion from dev to production. @returns the sites with their current keys */
export async function demonstrateModes(
  server: DemoServer,
  step: RunStep,
  { plant, trial }: Licenses,
): Promise<Licenses> {
  const { hwf, boost } = server;
  await step('The policy of an application restricts the modes', async show => {
    const site = { enterpriseId: plant.enterpriseId, siteRef: 'ABC124', state: 'basic' } as const;
    await refused(
      show,
      'HWF requests dev',
      hwf.client.call('create-site', { ...site, mode: 'dev' }),
      'mode-not-allowed',
    );
    await refused(show, 'Boost omits the mode', boost.client.call('create-site', site), 'mode-required');
  });
  const promoted = await step('Boost promotes its dev site by refresh-key, like the monthly refresh', async show => {
    const { siteId, key } = trial;
    const next = await boost.client.call('refresh-key', { siteId, key, mode: 'production' });
    show('mode, generation', `${next.mode}, ${next.generation}`);
    show('new key', next.key);
    const old = await hwf.client.call('check-validity', { key });
    show('the dev key', old.reason);
    assert.deepEqual([next.mode, next.generation, old.reason], ['production', 2, 'key-superseded']);
    return { ...trial, key: next.key };
  });
  await step('A production site can not become a dev site', async show => {
    const { siteId, key } = promoted;
    const back = boost.client.call('refresh-key', { siteId, key, mode: 'dev' });
    await refused(show, 'refresh-key', back, 'mode-not-downgradable');
    const update = boost.client.call('update-site', { siteId, mode: 'dev' });
    await refused(show, 'update-site', update, 'mode-change-by-refresh');
  });
  return { plant, trial: promoted };
}
