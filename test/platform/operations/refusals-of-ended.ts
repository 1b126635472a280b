import { again, type Cases, deleted, inSuspendedEnterprise, suspended } from './refusal-case.ts';

export const siteDeleted: Cases = {
  'refresh-key': async stage => {
    const { siteId, key } = await deleted(stage);
    return async () => await stage.app.client.call('refresh-key', { siteId, key });
  },
  'reissue-key': async stage => {
    const { siteId } = await deleted(stage);
    return async () => await stage.app.client.call('reissue-key', { siteId });
  },
  'update-site': async stage => {
    const { siteId } = await deleted(stage);
    return async () => await stage.app.client.call('update-site', { siteId, state: 'basic' });
  },
  'update-site by an operator': async stage => {
    const { siteId } = await deleted(stage);
    return async () => await stage.operator.client.call('update-site', { siteId, status: 'live' });
  },
  'delete-site': async stage => {
    const { siteId } = await deleted(stage);
    return async () => await stage.app.client.call('delete-site', { siteId });
  },
};

export const siteSuspended: Cases = {
  'refresh-key': async stage => {
    const { siteId, key } = await suspended(stage);
    return async () => await stage.app.client.call('refresh-key', { siteId, key });
  },
  'reissue-key': async stage => {
    const { siteId } = await suspended(stage);
    return async () => await stage.app.client.call('reissue-key', { siteId });
  },
  'delete-site, or the suspension would be undone by whom it is for': async stage => {
    const { siteId } = await suspended(stage);
    return async () => await stage.app.client.call('delete-site', { siteId });
  },
  'reissue-key again': async ({ app, operator, site }) => {
    const { siteId } = await site();
    const same = again();
    await app.client.call('reissue-key', { siteId }, same);
    await operator.client.call('update-site', { siteId, status: 'suspended' });
    return async () => await app.client.call('reissue-key', { siteId }, same);
  },
  'update-site by its application': async stage => {
    const { siteId } = await suspended(stage);
    return async () => await stage.app.client.call('update-site', { siteId, state: 'basic' });
  },
};

export const enterpriseSuspended: Cases = {
  'create-site': async stage => {
    const { enterpriseId } = await inSuspendedEnterprise(stage);
    const create = { enterpriseId, siteRef: stage.newName(), state: 'active', mode: 'production' } as const;
    return async () => await stage.app.client.call('create-site', create);
  },
  'refresh-key': async stage => {
    const { siteId, key } = await inSuspendedEnterprise(stage);
    return async () => await stage.app.client.call('refresh-key', { siteId, key });
  },
  'reissue-key': async stage => {
    const { siteId } = await inSuspendedEnterprise(stage);
    return async () => await stage.app.client.call('reissue-key', { siteId });
  },
  'refresh-enterprise-key': async stage => {
    const { enterpriseId, enterpriseKey: key } = await inSuspendedEnterprise(stage);
    return async () => await stage.app.client.call('refresh-enterprise-key', { enterpriseId, key });
  },
  'reissue-enterprise-key': async stage => {
    const { enterpriseId } = await inSuspendedEnterprise(stage);
    return async () => await stage.app.client.call('reissue-enterprise-key', { enterpriseId });
  },
  'create-site again': async stage => {
    const { enterpriseId } = await stage.enterprise();
    const create = { enterpriseId, siteRef: stage.newName(), state: 'active', mode: 'production' } as const;
    const same = again();
    await stage.app.client.call('create-site', create, same);
    await stage.operator.client.call('update-enterprise', { enterpriseId, status: 'suspended' });
    return async () => await stage.app.client.call('create-site', create, same);
  },
  'reissue-enterprise-key again': async stage => {
    const { enterpriseId } = await stage.enterprise();
    const same = again();
    await stage.app.client.call('reissue-enterprise-key', { enterpriseId }, same);
    await stage.operator.client.call('update-enterprise', { enterpriseId, status: 'suspended' });
    return async () => await stage.app.client.call('reissue-enterprise-key', { enterpriseId }, same);
  },
  'refresh-key again': async stage => {
    const { siteId, enterpriseId, key } = await stage.site({ ...(await stage.enterprise()) });
    const same = again();
    await stage.app.client.call('refresh-key', { siteId, key }, same);
    await stage.operator.client.call('update-enterprise', { enterpriseId, status: 'suspended' });
    return async () => await stage.app.client.call('refresh-key', { siteId, key }, same);
  },
};
