import type { Stage } from './operations-fixture.ts';
import { again, type Cases, deleted } from './refusal-case.ts';

/** Creates a site of one reference after another, and gives it back for the next that must not be. */
async function creating(
  stage: Stage,
  wanted: { state?: 'basic' | 'active'; mode?: 'dev' | 'production'; siteRef: string },
) {
  const { enterpriseId } = await stage.site();
  const create = { enterpriseId, state: 'active', mode: 'dev', ...wanted } as const;
  return async () => await stage.app.client.call('create-site', create);
}

export const modeRequired: Cases = {
  'create-site by an application that has the choice': async ({ app, site, newName }) => {
    const { enterpriseId } = await site();
    return async () => await app.client.call('create-site', { enterpriseId, siteRef: newName(), state: 'active' });
  },
};

export const modeNotAllowed: Cases = {
  'create-site as dev by an application of production only': async ({ site, actor, newName }) => {
    const { enterpriseId } = await site();
    const { client } = await actor(newName(), { modes: ['production'] });
    const create = { enterpriseId, siteRef: newName(), state: 'active', mode: 'dev' } as const;
    return async () => await client.call('create-site', create);
  },
  'refresh-key to production by an application of dev only': async ({ site, actor, newName }) => {
    const { enterpriseId } = await site();
    const { client } = await actor(newName(), { modes: ['dev'] });
    const { siteId, key } = await client.call('create-site', { enterpriseId, siteRef: newName(), state: 'active' });
    return async () => await client.call('refresh-key', { siteId, key, mode: 'production' });
  },
};

export const modeNotDowngradable: Cases = {
  'refresh-key to dev': async ({ app, site }) => {
    const { siteId, key } = await site();
    return async () => await app.client.call('refresh-key', { siteId, key, mode: 'dev' });
  },
};

export const modeChangeByRefresh: Cases = {
  'update-site with a mode': async ({ app, site }) => {
    const { siteId } = await site({ mode: 'dev' });
    return async () => await app.client.call('update-site', { siteId, mode: 'production' });
  },
  'update-site with a mode and what else may change': async ({ operator, site }) => {
    const { siteId } = await site();
    return async () => await operator.client.call('update-site', { siteId, mode: null, status: 'suspended' });
  },
};

export const stateOperatorOnly: Cases = {
  'update-site to proxy by its application': async ({ app, site }) => {
    const { siteId } = await site();
    return async () => await app.client.call('update-site', { siteId, state: 'proxy' });
  },
  'update-site from proxy by its application': async ({ app, operator, site }) => {
    const { siteId } = await site();
    await operator.client.call('update-site', { siteId, state: 'proxy' });
    return async () => await app.client.call('update-site', { siteId, state: 'active' });
  },
};

export const statusOperatorOnly: Cases = {
  'update-site with a status by its application': async ({ app, site }) => {
    const { siteId } = await site();
    return async () => await app.client.call('update-site', { siteId, status: 'suspended' });
  },
};

export const referenceTaken: Cases = {
  'create-site twice in one state': async stage => {
    const { siteRef } = await stage.site();
    return await creating(stage, { siteRef, mode: 'production' });
  },
  'update-site into a state that is taken': async stage => {
    const { siteRef, siteId } = await stage.site();
    await (await creating(stage, { siteRef, mode: 'production', state: 'basic' }))();
    return async () => await stage.app.client.call('update-site', { siteId, state: 'basic' });
  },
  'update-site to a reference that is taken': async ({ app, site }) => {
    const [{ siteId }, { siteRef }] = [await site(), await site()];
    return async () => await app.client.call('update-site', { siteId, siteRef });
  },
};

export const referenceWasProduction: Cases = {
  'create-site as dev of a deleted production site': async stage => {
    const { siteRef } = await deleted(stage);
    return await creating(stage, { siteRef });
  },
  'create-site as dev beside a production site in another state': async stage => {
    const { siteRef } = await stage.site();
    return await creating(stage, { siteRef, state: 'basic' });
  },
  'create-site as dev beside a site that was promoted': async stage => {
    const { siteRef, siteId, key } = await stage.site({ mode: 'dev' });
    await stage.app.client.call('refresh-key', { siteId, key, mode: 'production' });
    return await creating(stage, { siteRef, state: 'basic' });
  },
  'create-site as dev of a site that was promoted and deleted': async stage => {
    const { siteRef, siteId, key } = await stage.site({ mode: 'dev' });
    await stage.app.client.call('refresh-key', { siteId, key, mode: 'production' });
    await stage.app.client.call('delete-site', { siteId });
    return await creating(stage, { siteRef });
  },
  'create-site as dev of a reference that a production site has left': async stage => {
    const { siteRef, siteId } = await stage.site();
    await stage.app.client.call('update-site', { siteId, siteRef: stage.newName() });
    return await creating(stage, { siteRef });
  },
  'update-site of a dev site to a reference that was production': async stage => {
    const { siteRef } = await deleted(stage);
    const { siteId } = await stage.site({ mode: 'dev' });
    return async () => await stage.app.client.call('update-site', { siteId, siteRef });
  },
};

export const idempotencyKeyReused: Cases = {
  'create-site of another reference': async stage => {
    const { enterpriseId } = await stage.site();
    const same = again();
    const create = { enterpriseId, siteRef: stage.newName(), state: 'active', mode: 'production' } as const;
    await stage.app.client.call('create-site', create, same);
    return async () => await stage.app.client.call('create-site', { ...create, siteRef: stage.newName() }, same);
  },
  'delete-site of another site': async ({ app, site }) => {
    const [one, two] = [await site(), await site()];
    const same = again();
    await app.client.call('delete-site', { siteId: one.siteId }, same);
    return async () => await app.client.call('delete-site', { siteId: two.siteId }, same);
  },
  'update-site after delete-site': async ({ app, site }) => {
    const [one, two] = [await site(), await site()];
    const same = again();
    await app.client.call('delete-site', { siteId: one.siteId }, same);
    return async () => await app.client.call('update-site', { siteId: two.siteId, state: 'basic' }, same);
  },
  'refresh-key with another mode': async ({ app, site }) => {
    const { siteId, key } = await site({ mode: 'dev' });
    const same = again();
    await app.client.call('refresh-key', { siteId, key }, same);
    return async () => await app.client.call('refresh-key', { siteId, key, mode: 'production' }, same);
  },
};
