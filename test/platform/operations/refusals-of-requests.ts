import { day, dayOf, isoTime } from '../../../domain/kernel/time.ts';
import { signedClient } from '../../support/clients/signed-client.ts';
import { finishedQuarter, sampleManifest } from '../../support/vectors/sample-manifest.ts';
import type { Stage } from './operations-fixture.ts';
import { type Cases, nowhere } from './refusal-case.ts';

/** Reports that say too much, too little, or of another time. */
const wrongReports: Readonly<Record<string, (known: { at: number; enterpriseId: string }) => object>> = {
  'about nothing': () => ({ siteId: undefined }),
  'about a site and an enterprise': ({ enterpriseId }) => ({ enterpriseId }),
  'about the site of an application': () => ({ application: 'hwf' }),
  'of a forged key that claims a site': () => ({ reason: 'key-not-genuine' }),
  'of what will be seen in two minutes': ({ at }) => ({ seenAt: isoTime(at + 120) }),
  'of what was seen 32 days ago': ({ at }) => ({ seenAt: isoTime(at - 32 * day) }),
};

export const invalidRequest: Cases = {
  'refresh-key with the key of another site': async ({ app, site }) => {
    const [{ siteId }, { key }] = [await site(), await site()];
    return async () => await app.client.call('refresh-key', { siteId, key });
  },
  'list-sites from a page that is not': async ({ app, site }) => {
    const { enterpriseId } = await site();
    return async () => await app.client.call('list-sites', { enterpriseId, after: nowhere });
  },
  'create-enterprise by an operator that names no application': async ({ operator }) => {
    return async () => await operator.client.call('create-enterprise', {});
  },
  'register-application with a point that is not on its curve': async ({ operator, newName }) => {
    const publicKey = { kty: 'EC', crv: 'P-256', x: 'A'.repeat(43), y: 'A'.repeat(43) } as const;
    const register = { application: newName(), publicKey, policy: { modes: ['dev' as const] } };
    return async () => await operator.client.call('register-application', register);
  },
  'rotate-application-key to a key spelled in another way': async ({ app, operator }) => {
    const publicKey = { kty: 'OKP', crv: 'Ed25519', x: `${'A'.repeat(42)}B` } as const;
    return async () => await operator.client.call('rotate-application-key', { applicationId: app.app, publicKey });
  },
  ...Object.fromEntries(
    Object.entries(wrongReports).map(([name, wrong]) => [
      `send-alert ${name}`,
      async ({ app, site, server }: Stage) => {
        const { siteId, enterpriseId } = await site();
        const report = { reason: 'dormant', siteId, seenAt: isoTime(server.clock.at) } as const;
        const bent = { ...report, ...wrong({ at: server.clock.at, enterpriseId }) };
        return async () => await app.client.call('send-alert', bent);
      },
    ]),
  ),
  'send-alert by an operator about an enterprise key that names no application': async ({ operator, site, server }) => {
    const { enterpriseId } = await site();
    const report = { reason: 'dormant', enterpriseId, seenAt: isoTime(server.clock.at) } as const;
    return async () => await operator.client.call('send-alert', report);
  },
  'list-alerts of days that end before they begin': async ({ operator }) => {
    return async () => await operator.client.call('list-alerts', { from: '20261121', to: '20261120' });
  },
  'list-alerts of 93 days': async ({ operator }) => {
    return async () => await operator.client.call('list-alerts', { from: '20260821', to: '20261121' });
  },
  'list-alerts of a day that is not in the calendar': async ({ operator }) => {
    return async () => await operator.client.call('list-alerts', { from: '20260231' });
  },
  'list-alerts from the page of another list': async ({ operator, server }) => {
    const today = dayOf(server.clock.at);
    const after = Buffer.from(JSON.stringify([today, 'dormant#site:x'])).toString('base64url');
    return async () => await operator.client.call('list-alerts', { reason: 'reissued', after });
  },
};

export const bodyTooLarge: Cases = {
  'check-validity of 70 kB': async ({ app }) => {
    return async () => await app.client.call('check-validity', { key: 'a'.repeat(70_000) });
  },
  'submit-manifest of more than 1 MB': async ({ app, server }) => {
    const admins = [{ name: 'a'.repeat(1_000_000), email: 'ada@example.com' }];
    const push = { quarter: finishedQuarter(server), ...sampleManifest([], admins) };
    return async () => await app.client.call('submit-manifest', push);
  },
};

export const headersTooLarge: Cases = {
  'get-own-application under 9 kB of headers': async ({ app, server }) => {
    const padded: typeof fetch = async (url, init) =>
      await fetch(url, { ...init, headers: { ...Object(init?.headers), 'x-long': 'a'.repeat(9000) } });
    const client = signedClient(server, app.key, padded);
    return async () => await client.call('get-own-application', {});
  },
};

export const internal: Cases = {
  'get-site when an unexpected error happens': async ({ app, site, server }) => {
    const { siteId } = await site();
    server.meter.fault = () => {
      throw new Error('a secret of the inside');
    };
    return async () => await app.client.call('get-site', { siteId });
  },
};

export const unavailable: Cases = {
  'get-site when the table throttles': async ({ app, site, server }) => {
    const { siteId } = await site();
    server.meter.fault = () => 'throttle';
    return async () => await app.client.call('get-site', { siteId });
  },
  'refresh-key when KMS throttles': async ({ app, site, server }) => {
    const { siteId, key } = await site();
    server.meter.fault = ({ command }) => (command.startsWith('Sign') ? 'throttle' : undefined);
    return async () => await app.client.call('refresh-key', { siteId, key });
  },
  'get-own-application when KMS is not there': async ({ app, server }) => {
    server.meter.fault = ({ command }) => (command.startsWith('Sign') ? 'drop-before' : undefined);
    return async () => await app.client.call('get-own-application', {});
  },
};
