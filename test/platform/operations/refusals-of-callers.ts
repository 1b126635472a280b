import { dayOf, isoTime } from '../../../domain/kernel/time.ts';
import { createClient } from '../../../sdk/client.ts';
import { alertIdOf } from '../../support/server/ledger.ts';
import { absent, again, type Cases, nowhere } from './refusal-case.ts';

export const signatureInvalid: Cases = {
  'get-site with a key that is not the keyid’s': async ({ app, operator, site, server }) => {
    const { siteId } = await site();
    const thief = server.clientOf({ ...operator.key, keyid: app.key.keyid });
    return async () => await thief.call('get-site', { siteId });
  },
  'get-own-application unsigned': async ({ server }) => {
    const stranger = createClient({ url: server.url, attempts: 1 });
    return async () => await stranger.call('get-own-application', {});
  },
};

export const applicationSuspended: Cases = {
  'get-own-application of a suspended application': async ({ actor, operator, newName }) => {
    const { app, client } = await actor(newName());
    await operator.client.call('update-application', { applicationId: app, status: 'suspended' });
    return async () => await client.call('get-own-application', {});
  },
};

export const notPermitted: Cases = {
  'update-enterprise by an application': async ({ app, enterprise }) => {
    const { enterpriseId } = await enterprise();
    return async () => await app.client.call('update-enterprise', { enterpriseId, status: 'suspended' });
  },
  'create-site by an operator': async ({ operator, enterprise, newName }) => {
    const { enterpriseId } = await enterprise();
    return async () => await operator.client.call('create-site', { enterpriseId, siteRef: newName(), state: 'active' });
  },
  'create-enterprise by an application that may not': async ({ actor, newName }) => {
    const { client } = await actor(newName());
    return async () => await client.call('create-enterprise', {});
  },
  'create-enterprise with a limit by an application': async ({ app }) => {
    return async () => await app.client.call('create-enterprise', { configurationUsersLimit: 1000 });
  },
  'create-enterprise for another application': async ({ app }) => {
    return async () => await app.client.call('create-enterprise', { application: 'hwf' });
  },
};

export const notFound: Cases = {
  'get-site of an absent site':
    async ({ app }) =>
    async () =>
      await app.client.call('get-site', { siteId: nowhere }),
  'get-enterprise of an absent enterprise': async ({ app }) => {
    return async () => await app.client.call('get-enterprise', { enterpriseId: absent });
  },
  'create-enterprise for an absent application': async ({ operator }) => {
    return async () => await operator.client.call('create-enterprise', { application: 'absent' });
  },
  'reissue-enterprise-key for an absent application': async ({ operator, enterprise }) => {
    const { enterpriseId } = await enterprise();
    return async () => await operator.client.call('reissue-enterprise-key', { enterpriseId, application: 'absent' });
  },
  'update-application of an absent one': async ({ operator }) => {
    return async () => await operator.client.call('update-application', { applicationId: 'absent', status: 'live' });
  },
  'rotate-application-key of an absent one': async ({ operator, newPublicKey }) => {
    const publicKey = newPublicKey();
    return async () => await operator.client.call('rotate-application-key', { applicationId: 'absent', publicKey });
  },
};

export const notFoundAlerts: Cases = {
  'send-alert about an absent site': async ({ app, server }) => {
    const seenAt = isoTime(server.clock.at);
    return async () => await app.client.call('send-alert', { siteId: nowhere, reason: 'dormant', seenAt });
  },
  'send-alert about an enterprise key that was never issued': async ({ actor, newName, enterprise, server }) => {
    const [{ enterpriseId }, { client }] = [await enterprise(), await actor(newName())];
    const report = { enterpriseId, reason: 'dormant', seenAt: isoTime(server.clock.at) } as const;
    return async () => await client.call('send-alert', report);
  },
  'send-alert about the enterprise key of an application it does not enforce for': async ({
    app,
    server,
    enterprise,
  }) => {
    const { enterpriseId } = await enterprise();
    await server.hwf.call('reissue-enterprise-key', { enterpriseId });
    const report = { enterpriseId, application: 'hwf', reason: 'dormant', seenAt: isoTime(server.clock.at) } as const;
    return async () => await app.client.call('send-alert', report);
  },
  'acknowledge-alert of what was never raised': async ({ operator, server }) => {
    const alertId = alertIdOf(dayOf(server.clock.at), `dormant#site:${nowhere}`);
    return async () => await operator.client.call('acknowledge-alert', { alertId });
  },
  'acknowledge-alert of what no alert can be called': async ({ operator }) => {
    const alertId = alertIdOf('20261121#ack', `dormant#site:${nowhere}`);
    return async () => await operator.client.call('acknowledge-alert', { alertId });
  },
};

export const enterpriseCapReached: Cases = {
  'create-enterprise once more than the policy allows': async ({ actor, newName }) => {
    const { client } = await actor(newName(), { createEnterprises: 2 });
    for (let i = 0; i < 2; i++) await client.call('create-enterprise', {});
    return async () => await client.call('create-enterprise', {});
  },
};

export const applicationExists: Cases = {
  'register-application of a name that is taken': async ({ operator, newPublicKey }) => {
    const register = { application: 'hwf', publicKey: newPublicKey(), policy: { modes: ['dev' as const] } };
    return async () => await operator.client.call('register-application', register);
  },
};

export const applicationKeyExists: Cases = {
  'rotate-application-key to the same key': async ({ actor, operator, newName, newPublicKey }) => {
    const { app: applicationId } = await actor(newName());
    const publicKey = newPublicKey();
    await operator.client.call('rotate-application-key', { applicationId, publicKey });
    return async () => await operator.client.call('rotate-application-key', { applicationId, publicKey });
  },
};

export const tooManyApplicationKeys: Cases = {
  'rotate-application-key to a sixth key': async ({ actor, operator, newName, newPublicKey }) => {
    const { app: applicationId } = await actor(newName());
    const rotate = async () =>
      await operator.client.call('rotate-application-key', { applicationId, publicKey: newPublicKey() });
    for (let i = 0; i < 4; i++) await rotate();
    return rotate;
  },
};

export const noChange: Cases = {
  'update-site to what it is': async ({ app, site }) => {
    const { siteId } = await site();
    return async () => await app.client.call('update-site', { siteId, state: 'active' });
  },
  'update-enterprise to what it is': async ({ operator, enterprise }) => {
    const { enterpriseId } = await enterprise();
    return async () => await operator.client.call('update-enterprise', { enterpriseId, status: 'live' });
  },
  'acknowledge-alert that was acknowledged': async ({ operator, alert }) => {
    const alertId = await alert();
    await operator.client.call('acknowledge-alert', { alertId });
    return async () => await operator.client.call('acknowledge-alert', { alertId });
  },
  'update-application to what it is': async ({ app, operator }) => {
    return async () => await operator.client.call('update-application', { applicationId: app.app, status: 'live' });
  },
};

export const conflict: Cases = {
  'update-application by which an operator would suspend itself': async ({ operator }) => {
    const suspend = { applicationId: operator.app, status: 'suspended' } as const;
    return async () => await operator.client.call('update-application', suspend);
  },
  'create-site in an enterprise that is still being made': async ({ app, server, newName }) => {
    const same = again();
    server.meter.fault = ({ command }) => (command.startsWith('CreateKey') ? 'throttle' : undefined);
    await app.client.call('create-enterprise', {}, same).catch(() => {});
    server.meter.fault = () => undefined;
    const put = server.meter.calls.findLast(({ command }) => command.startsWith('TransactWrite'));
    const [enterpriseId = ''] = /hub-[a-z2-7]{16}/.exec(JSON.stringify(put?.input)) ?? [];
    const create = { enterpriseId, siteRef: newName(), state: 'active', mode: 'production' } as const;
    return async () => await app.client.call('create-site', create);
  },
};
