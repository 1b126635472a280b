import '../request/silence-logs.ts';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { OrgId } from '../../../domain/kernel/ids.ts';
import { lambdaStatementSigner } from '../../../lambdas/billing/storage/statement-signer.ts';
import type { Runtime } from '../../../lambdas/platform/kernel/runtime.ts';
import type { Client } from '../../../sdk/client.ts';
import { announced, rings, switched } from '../../support/clients/rotation.ts';
import { captureOutput } from '../../support/output.ts';
import { runFunction } from '../../support/server/functions.ts';
import { type Instance, startInstance } from '../../support/server/instance.ts';
import { type Ledger, ledgerOf } from '../../support/server/ledger.ts';
import { startServer, type TestServer } from '../../support/server/server.ts';

const unavailable = { status: 503, code: 'unavailable', retryAfter: 5 };
/** a deployment takes longer than a function keeps the record of an Org */
const deploymentSeconds = 360;

describe('functions that no deployment has reached since before a rotation of the Root (bar R28)', () => {
  const output = captureOutput('ForgedKeys');
  let server: TestServer;
  let ledger: Ledger;
  let outdated: Runtime;
  let instance: Instance;
  let app: Client;
  let operator: Client;
  let enterpriseId: string;
  let keyOfBefore: { siteId: string; key: string };

  beforeAll(async () => {
    server = await startServer();
    ledger = ledgerOf(server);
    ({ enterpriseId } = await server.hwf.call('create-enterprise', {}));
    keyOfBefore = await newSite('BEFORE');
    outdated = { ...server.world.runtime };
    instance = await startInstance(server, outdated);
    app = instance.client(server.keys.hwf);
    operator = instance.client(server.operatorKey);
    await app.call('check-validity', { key: keyOfBefore.key });
  });
  afterAll(async () => {
    await server.close();
    output.restore();
  });

  async function newSite(siteRef: string, id = enterpriseId) {
    return await server.hwf.call('create-site', { enterpriseId: id, siteRef, state: 'active' });
  }
  const trustItem = async () => await ledger.get({ pk: 'O#hub', sk: 'TRUST' });
  const isValid = async (key: string) => (await app.call('check-validity', { key })).valid;

  it('work as before while the next Root is only announced, and publish the generations that they have', async () => {
    await server.world.deploy(rings({ root: announced }));
    server.clock.at += deploymentSeconds;
    expect(await isValid(keyOfBefore.key)).toBe(true);
    await expect(app.call('create-enterprise', {})).resolves.toBeDefined();
    await expect(app.call('get-own-application', {})).resolves.toBeDefined();
    const { roots, orgs } = await app.call('get-trust', {});
    expect(roots.map(({ role }) => role)).toEqual(['current']);
    expect(orgs[0]?.generations.root).toEqual({ previous: [], current: 1, next: null });
    expect((await server.hwf.call('get-trust', {})).orgs[0]?.generations.root).toEqual(announced);
  });

  it('say so of a key under the next Root before they have read that it signs now', async () => {
    await server.world.deploy(rings({ root: switched }));
    const { key } = await server.hwf.call('create-enterprise', {});
    await expect(app.call('check-validity', { key })).rejects.toMatchObject(unavailable);
  });

  describe('after the switch', () => {
    let fresh: { enterpriseId: string; key: string };
    let site: { siteId: string; key: string };

    beforeAll(async () => {
      server.clock.at += deploymentSeconds;
      fresh = await server.hwf.call('create-enterprise', {});
      site = await newSite('AFTER', fresh.enterpriseId);
    });

    it.each<[string, () => Promise<unknown>]>([
      ['check-validity', async () => await app.call('check-validity', { key: site.key })],
      ['refresh-key', async () => await app.call('refresh-key', { siteId: site.siteId, key: site.key })],
      [
        'refresh-enterprise-key',
        async () => await app.call('refresh-enterprise-key', { enterpriseId: fresh.enterpriseId, key: fresh.key }),
      ],
      ['create-enterprise', async () => await app.call('create-enterprise', {})],
      ['get-own-application', async () => await app.call('get-own-application', {})],
      ['get-trust', async () => await app.call('get-trust', {})],
      ['get-jwks', async () => await app.call('get-jwks', {})],
      [
        'rotate-enterprise-signing-key',
        async () => await operator.call('rotate-enterprise-signing-key', { enterpriseId, reason: 'scheduled' }),
      ],
    ])('%s answers 503 unavailable with Retry-After, and never that a key is forged', async (_operation, call) => {
      server.clock.at += 3700;
      await expect(call()).rejects.toMatchObject(unavailable);
      expect(output.metrics('ForgedKeys')).toEqual([]);
    });

    it('do not sign a statement', async () => {
      const signer = lambdaStatementSigner({ ...outdated });
      await expect(signer.under(OrgId.parse('hub'))).rejects.toMatchObject({ code: 'unavailable' });
    });

    it.each(['renew-links', 'renew-responders'] as const)(
      '%s fails and leaves the published links as they are',
      async id => {
        const before = await trustItem();
        await expect(runFunction(server, id, {}, outdated)).rejects.toThrow('parts failed');
        expect(await trustItem()).toEqual(before);
      },
    );

    it('check and refresh what stands under the Root that it knows', async () => {
      expect(await isValid(keyOfBefore.key)).toBe(true);
      const { siteId, key } = keyOfBefore;
      await expect(app.call('refresh-key', { siteId, key })).resolves.toBeDefined();
    });

    it('say of a damaged key that it is not genuine, as ever', async () => {
      const damaged = `${keyOfBefore.key.slice(0, 40)}A${keyOfBefore.key.slice(41)}`;
      expect((await app.call('check-validity', { key: damaged })).reason).toBe('key-not-genuine');
    });

    it('are no obstacle to the functions that the deployment has reached', async () => {
      const { valid } = await server.hwf.call('check-validity', { key: site.key });
      expect(valid).toBe(true);
    });
  });
});
