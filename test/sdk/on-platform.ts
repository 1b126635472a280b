import type * as Sdk from '../../sdk/index.ts';

/** `docs/vectors`, read as another program reads them. */
export interface Vectors {
  readonly tokens: readonly Vector[];
  readonly verdicts: readonly Vector[];
}
interface Vector {
  readonly name: string;
  readonly valid: boolean;
  readonly reason?: string;
  readonly [member: string]: unknown;
}

/** How many vectors the platform agreed about, and what it said of the others. */
export interface Proof {
  readonly agreed: number;
  readonly disagreed: readonly string[];
}

/** Verifies keys and verdicts by the package as the platform has loaded it. Runs anywhere: nothing of Node is used. */
export async function verifyAll(sdk: typeof Sdk, { tokens, verdicts }: Vectors): Promise<Proof> {
  const verify: Readonly<Record<string, typeof sdk.verifyKey>> = {
    'site-key+jwt': sdk.verifySiteKey,
    'enterprise-key+jwt': sdk.verifyEnterpriseKey,
  };
  const parents = sdk.createParentCache();
  const cases = [
    ...tokens.flatMap(vector => {
      const { token, typ, at: now, roots: root } = Object(vector);
      const verifyOne = verify[typ];
      return verifyOne ? [{ vector, ask: async () => await verifyOne(token, { root, now, parents }) }] : [];
    }),
    ...verdicts.map(vector => {
      const { verdict, at: now, roots: root, jti, sub, nonce, audience } = Object(vector);
      const about = { root, now, nonce, audience, key: { jti, sub } };
      return { vector, ask: async () => await sdk.verifyVerdict(verdict, about) };
    }),
  ];
  const disagreed: string[] = [];
  for (const { vector, ask } of cases) {
    const said = await ask().then(
      () => 'valid',
      (error: unknown) => (error instanceof Error && 'reason' in error ? String(error.reason) : String(error)),
    );
    const expected = vector.valid ? 'valid' : vector.reason;
    if (said !== expected) disagreed.push(`${vector.name}: ${said}, not ${expected}`);
  }
  return { agreed: cases.length - disagreed.length, disagreed };
}

/** Makes a site and refreshes its key: signed by the platform's WebCrypto, sent by its `fetch`, kept in `store`. */
export async function callServer(sdk: typeof Sdk, server: Reachable, store: Sdk.KeyStore): Promise<Served> {
  const { url, keyid, pem, root, enterpriseId, siteRef, at } = server;
  const client = sdk.createClient({ url, key: await sdk.importSigningKey(keyid, pem), now: () => at });
  const keyring = sdk.createKeyring({ client, store, root });
  const made = await keyring.obtain('plant', 'create-site', { enterpriseId, siteRef, state: 'active', mode: 'dev' });
  const refreshed = await keyring.refresh('plant');
  return { generations: [made, refreshed].map(({ claims }) => claims.gen) };
}

export interface Reachable {
  readonly url: string;
  readonly keyid: string;
  readonly pem: string;
  readonly root: Sdk.RootJwk;
  /** what the server's clock shows */
  readonly at: number;
  readonly enterpriseId: string;
  readonly siteRef: string;
}

export interface Served {
  readonly generations: readonly number[];
}
