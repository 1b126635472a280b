import { handler as renewLinks } from '../../../lambdas/site-licensing/scheduled/renew-links/handler.ts';
import type { Stage } from './operations-fixture.ts';
import { again, type Cases } from './refusal-case.ts';

const day = 86_400;

export const keyNotGenuine: Cases = {
  'refresh-key with something that is no key': async ({ app, site }) => {
    const { siteId } = await site();
    return async () => await app.client.call('refresh-key', { siteId, key: 'no~key~at-all' });
  },
  'refresh-key with a key of another chain of trust': async ({ app, site }) => {
    const { siteId, key } = await site();
    return async () => await app.client.call('refresh-key', { siteId, key: `${key.slice(0, -4)}AAAA` });
  },
  'refresh-enterprise-key with a site key': async ({ app, site }) => {
    const { enterpriseId, key } = await site();
    return async () => await app.client.call('refresh-enterprise-key', { enterpriseId, key });
  },
  'refresh-key with an enterprise key': async ({ app, site, enterprise }) => {
    const { siteId } = await site();
    const { key } = await enterprise();
    return async () => await app.client.call('refresh-key', { siteId, key });
  },
};

export const keySuperseded: Cases = {
  'refresh-key with the key before': async ({ app, site }) => {
    const { siteId, key } = await site();
    await app.client.call('refresh-key', { siteId, key });
    return async () => await app.client.call('refresh-key', { siteId, key });
  },
  'refresh-key after a reissue': async ({ app, site }) => {
    const { siteId, key } = await site();
    await app.client.call('reissue-key', { siteId });
    return async () => await app.client.call('refresh-key', { siteId, key });
  },
  'refresh-enterprise-key with the key before': async ({ app, enterprise }) => {
    const { enterpriseId, key } = await enterprise();
    await app.client.call('refresh-enterprise-key', { enterpriseId, key });
    return async () => await app.client.call('refresh-enterprise-key', { enterpriseId, key });
  },
  'create-site again after its key was refreshed': async stage => {
    const { enterpriseId } = await stage.enterprise();
    const create = { enterpriseId, siteRef: stage.newName(), state: 'active', mode: 'production' } as const;
    const same = again();
    const { siteId, key } = await stage.app.client.call('create-site', create, same);
    await stage.app.client.call('refresh-key', { siteId, key });
    return async () => await stage.app.client.call('create-site', create, same);
  },
  'reissue-key again after another reissue': async ({ app, site }) => {
    const { siteId } = await site();
    const same = again();
    await app.client.call('reissue-key', { siteId }, same);
    await app.client.call('reissue-key', { siteId });
    return async () => await app.client.call('reissue-key', { siteId }, same);
  },
  'reissue-enterprise-key again after another reissue': async ({ app, enterprise }) => {
    const { enterpriseId } = await enterprise();
    const same = again();
    await app.client.call('reissue-enterprise-key', { enterpriseId }, same);
    await app.client.call('reissue-enterprise-key', { enterpriseId });
    return async () => await app.client.call('reissue-enterprise-key', { enterpriseId }, same);
  },
  'create-enterprise again after its key was refreshed': async ({ app }) => {
    const same = again();
    const { enterpriseId, key } = await app.client.call('create-enterprise', {}, same);
    await app.client.call('refresh-enterprise-key', { enterpriseId, key });
    return async () => await app.client.call('create-enterprise', {}, same);
  },
};

/** Time passes, for all cases that follow too, and what the schedules do meanwhile is done. */
async function passed({ server }: Stage, days: number): Promise<void> {
  server.clock.at += days * day;
  await renewLinks.on(server.world.runtime)({});
}

export const keyExpired: Cases = {
  'refresh-key 92 days after it was issued': async stage => {
    const { siteId, key } = await stage.site();
    await passed(stage, 92);
    return async () => await stage.app.client.call('refresh-key', { siteId, key });
  },
  'update-site of a dormant site to live': async stage => {
    const { siteId } = await stage.site();
    await passed(stage, 92);
    const { client } = stage.operator;
    await client.call('update-site', { siteId, state: 'basic' });
    return async () => await client.call('update-site', { siteId, status: 'live' });
  },
  'refresh-enterprise-key 92 days after it was issued': async stage => {
    const { enterpriseId, key } = await stage.enterprise();
    await passed(stage, 92);
    return async () => await stage.app.client.call('refresh-enterprise-key', { enterpriseId, key });
  },
};
