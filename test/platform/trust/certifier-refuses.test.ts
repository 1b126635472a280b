import '../request/silence-logs.ts';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ApplicationJwk, applicationKey } from '../../../domain/identity/application.ts';
import { AppId, OrgId } from '../../../domain/kernel/ids.ts';
import { runFunction } from '../../support/server/functions.ts';
import { ledgerOf } from '../../support/server/ledger.ts';
import { newKeyPair, startServer, type TestServer } from '../../support/server/server.ts';

interface Named {
  readonly keyid: string;
  readonly jkt: string;
}

describe('the certifier vouches for an application with its own keys only', () => {
  let server: TestServer;
  let orgLinks: string[];

  beforeAll(async () => {
    server = await startServer({ orgs: ['hub', 'edge'] });
    const trust = await ledgerOf(server).get({ pk: 'O#hub', sk: 'TRUST' });
    orgLinks = Object(trust).orgLinks;
  });
  afterAll(async () => await server.close());

  async function keyOf(app: string, org = 'hub'): Promise<Named> {
    const jwk = ApplicationJwk.parse(newKeyPair().jwk);
    const { keyid, jkt } = await applicationKey(OrgId.parse(org), AppId.parse(app), jwk);
    return { keyid, jkt };
  }

  async function certify(...keys: Named[]): Promise<unknown> {
    const policy = { enforcesFor: [], enterprises: 'all', cacheSeconds: 60, graceSeconds: 0 };
    return await runFunction(server, 'certify', {
      kind: 'application',
      org: 'hub',
      orgLinks,
      app: 'hwf',
      keys,
      policy,
    });
  }

  it('signs for its keys', async () => {
    await expect(certify()).resolves.toEqual({ chain: expect.any(String) });
    await expect(certify(await keyOf('hwf'), await keyOf('hwf'))).resolves.toEqual({ chain: expect.any(String) });
  });

  it.each<[string, () => Promise<Named>]>([
    ['a keyid of another application', async () => await keyOf('boost')],
    ['a keyid of an application whose name begins alike', async () => await keyOf('hwf-2')],
    ['a keyid of another Org', async () => await keyOf('hwf', 'edge')],
    [
      'a thumbprint that does not fit its keyid',
      async () => ({ ...(await keyOf('hwf')), jkt: (await keyOf('hwf')).jkt }),
    ],
  ])('refuses %s, also beside a good one, and signs nothing', async (_title, bad) => {
    const [good, wrong] = [await keyOf('hwf'), await bad()];
    const calls = await server.meter.of(async () => {
      await expect(certify(wrong)).rejects.toMatchObject({ name: 'ZodError' });
      await expect(certify(good, wrong)).rejects.toMatchObject({ name: 'ZodError' });
    });
    expect(calls).toEqual([]);
  });
});
