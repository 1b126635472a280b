import { dayOf, isoTime } from '../../../domain/kernel/time.ts';
import type { OperationId } from '../../../lambdas/operations.ts';
import type { SigningKey } from '../../../sdk/signing-key.ts';
import { finishedQuarter, oldQuarter, sampleManifest } from '../../support/vectors/sample-manifest.ts';
import type { Stage } from './operations-fixture.ts';

/** A valid request of one operation: its caller and its input, created for each use. */
export interface Example {
  readonly by: 'app' | 'operator' | 'finance' | 'anyone';
  input(stage: Stage): Promise<Readonly<Record<string, unknown>>>;
}

const policy = { modes: ['production'] };

/** One for every operation: a new row without an example does not compile. */
export const examples = {
  'create-site': {
    by: 'app',
    input: async stage => ({
      enterpriseId: (await stage.site()).enterpriseId,
      siteRef: stage.newName(),
      state: 'active',
      mode: 'production',
    }),
  },
  'update-site': {
    by: 'app',
    input: async stage => ({ siteId: (await stage.site()).siteId, state: 'commissioning', siteRef: stage.newName() }),
  },
  'delete-site': { by: 'app', input: async stage => ({ siteId: (await stage.site()).siteId }) },
  'refresh-key': {
    by: 'app',
    input: async stage => {
      const { siteId, key } = await stage.site({ mode: 'dev' });
      return { siteId, key, mode: 'production' };
    },
  },
  'check-validity': { by: 'app', input: async stage => ({ key: (await stage.site()).key }) },
  'get-site': { by: 'app', input: async stage => ({ siteId: (await stage.site()).siteId }) },
  'list-sites': {
    by: 'app',
    input: async stage => {
      const { siteId, enterpriseId } = await stage.site();
      return { enterpriseId, limit: 10, after: siteId };
    },
  },
  'reissue-key': { by: 'app', input: async stage => ({ siteId: (await stage.site()).siteId }) },
  'create-enterprise': {
    by: 'operator',
    input: async stage => ({ application: stage.app.app, configurationUsersLimit: 20 }),
  },
  'get-enterprise': { by: 'app', input: async stage => ({ enterpriseId: (await stage.enterprise()).enterpriseId }) },
  'update-enterprise': {
    by: 'operator',
    input: async stage => ({
      enterpriseId: (await stage.enterprise()).enterpriseId,
      status: 'suspended',
      configurationUsersLimit: 20,
    }),
  },
  'rotate-enterprise-signing-key': {
    by: 'operator',
    input: async stage => ({ enterpriseId: (await stage.enterprise()).enterpriseId, reason: 'compromised' }),
  },
  'refresh-enterprise-key': {
    by: 'app',
    input: async stage => {
      const { enterpriseId, key } = await stage.enterprise();
      return { enterpriseId, key };
    },
  },
  'reissue-enterprise-key': {
    by: 'operator',
    input: async stage => ({
      enterpriseId: (await stage.enterprise()).enterpriseId,
      application: stage.app.app,
    }),
  },
  'register-application': {
    by: 'operator',
    input: async stage => ({
      application: stage.newName(),
      role: 'application',
      publicKey: stage.newPublicKey(),
      policy,
    }),
  },
  'update-application': {
    by: 'operator',
    input: async stage => ({ applicationId: (await stage.actor(stage.newName())).app, status: 'suspended', policy }),
  },
  'rotate-application-key': {
    by: 'operator',
    input: async stage => ({
      applicationId: (await stage.actor(stage.newName())).app,
      publicKey: stage.newPublicKey(),
      overlapHours: 1,
    }),
  },
  'get-own-application': { by: 'app', input: async () => ({}) },
  'list-audit-events': { by: 'operator', input: async stage => ({ application: stage.app.app, limit: 5 }) },
  'send-alert': {
    by: 'app',
    input: async stage => ({
      siteId: (await stage.site()).siteId,
      reason: 'key-expired',
      seenAt: isoTime(stage.server.clock.at - 60),
      times: 3,
    }),
  },
  'list-alerts': {
    by: 'operator',
    input: async stage => ({
      from: dayOf(stage.server.clock.at),
      reason: 'key-expired',
      acknowledged: 'false',
      limit: 5,
    }),
  },
  'acknowledge-alert': { by: 'operator', input: async stage => ({ alertId: await stage.alert() }) },
  'submit-manifest': {
    by: 'app',
    input: async stage => {
      const { enterpriseId } = await stage.site();
      const admin = { name: 'Ada Example', email: `${stage.newName()}@example.com` };
      const parts = [{ enterpriseId, production: 1, dev: 1, proxy: 1, configurationUsers: 3 }];
      return { quarter: finishedQuarter(stage.server), ...sampleManifest(parts, [admin]) };
    },
  },
  'get-aggregate-stats': {
    by: 'operator',
    input: async stage => ({ quarter: finishedQuarter(stage.server), application: stage.app.app, limit: 5 }),
  },
  'make-statement': { by: 'operator', input: async () => ({ quarter: oldQuarter() }) },
  'reopen-quarter': {
    by: 'operator',
    input: async stage => {
      const { quarter } = await stage.operator.client.call('make-statement', { quarter: oldQuarter() });
      return { quarter, reason: 'manifest-corrected', ticket: 'FIN-123' };
    },
  },
  'erase-admin': { by: 'operator', input: async stage => ({ email: `${stage.newName()}@example.com` }) },
  'list-admins': {
    by: 'finance',
    input: async stage => ({ quarter: finishedQuarter(stage.server), application: stage.app.app, limit: 5 }),
  },
  'get-trust': { by: 'anyone', input: async () => ({}) },
  'get-jwks': { by: 'anyone', input: async () => ({}) },
} as const satisfies Record<OperationId, Example>;

/** The key that an example is signed with; the public operations take none. */
export function keyOf(stage: Stage, id: OperationId): SigningKey | undefined {
  const { by } = examples[id];
  return by === 'anyone' ? undefined : stage[by].key;
}
