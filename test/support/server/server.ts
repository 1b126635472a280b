import { generateKeyPairSync } from 'node:crypto';
import type { Role } from '../../../domain/identity/policy.ts';
import type { Seconds } from '../../../domain/kernel/time.ts';
import { readSecret } from '../../../lambdas/platform/aws/secrets.ts';
import type { Runtime } from '../../../lambdas/platform/kernel/runtime.ts';
import { startGateway } from '../../../local/gateway.ts';
import { type LocalDeployment, startLocalDeployment } from '../../../local/local-deployment.ts';
import type { Client } from '../../../sdk/client.ts';
import { importSigningKey, type SigningKey } from '../../../sdk/signing-key.ts';
import { Meter } from '../aws/meter.ts';
import { signedClient } from '../clients/signed-client.ts';
import { firstMoment } from './first-moment.ts';

export const policies = {
  hwf: { modes: ['production'], createEnterprises: 1000, enforcesFor: ['boost'] },
  boost: { modes: ['dev', 'production'], createEnterprises: 1000 },
} as const;

export interface TestServer {
  readonly world: LocalDeployment;
  readonly url: string;
  readonly meter: Meter;
  /** moves the server's clock and those of the clients, in seconds */
  readonly clock: { at: number };
  readonly operator: Client;
  readonly operatorKey: SigningKey;
  readonly hwf: Client;
  readonly boost: Client;
  readonly keys: { hwf: SigningKey; boost: SigningKey };
  register(
    app: string,
    policy: object,
    options?: { by?: Client | undefined; role?: Role; kind?: KeyKind },
  ): Promise<{ client: Client; key: SigningKey; pem: string }>;
  operatorOf(org: string): Promise<{ client: Client; key: SigningKey }>;
  clientOf(key: SigningKey, url?: string): Client;
  close(): Promise<void>;
}

export interface TestServerOptions {
  /** the first has the two applications, the others their operators only. @default hub */
  readonly orgs?: readonly string[];
  /** Initial time of its clock, which does not move by itself. @default firstMoment */
  readonly at?: Seconds;
  /** Omits queries of empty partitions in sweeps; what a test writes with a client of its own is not found. @default false */
  readonly quickSweeps?: boolean;
}

/** Starts a server with two applications, HWF and Boost. */
export async function startServer(options: TestServerOptions = {}): Promise<TestServer> {
  const { orgs = ['hub'], at = firstMoment, quickSweeps = false } = options;
  const clock = { at };
  const meter = new Meter();
  const now = () => clock.at;
  const instrument: Runtime['instrument'] = stack => meter.watch(stack);
  const world = await startLocalDeployment({ orgs, now, instrument, fresh: true, quickSweeps });
  const gateway = await startGateway(0, id => meter.during(id, world.handler(id)));
  const clientOf = (key: SigningKey, url = gateway.url) => signedClient({ url, clock }, key);
  const operatorOf = async (org: string) => {
    const secret = JSON.parse((await readSecret(world.runtime, `operator/${org}`)) ?? '');
    const key = await importSigningKey(secret.keyid, secret.privateKey);
    return { client: clientOf(key), key };
  };
  const operator = await operatorOf(orgs[0] ?? 'hub');
  const register: TestServer['register'] = async (
    app,
    policy,
    { by = operator.client, role = 'application', kind } = {},
  ) => {
    const { pem, jwk } = newKeyPair(kind);
    const { keys } = await by.call('register-application', {
      application: app,
      role,
      publicKey: jwk,
      policy: policy as never,
    } as never);
    const key = await importSigningKey(keys[0]?.keyid ?? '', pem);
    return { client: clientOf(key), key, pem };
  };
  const hwf = await register('hwf', policies.hwf);
  const boost = await register('boost', policies.boost);
  return {
    world,
    url: gateway.url,
    meter,
    clock,
    operator: operator.client,
    operatorKey: operator.key,
    hwf: hwf.client,
    boost: boost.client,
    keys: { hwf: hwf.key, boost: boost.key },
    register,
    operatorOf,
    clientOf,
    async close() {
      await meter.bury();
      await gateway.close();
      await world.close();
    },
  };
}

export type KeyKind = 'ed25519' | 'p256';

export function newKeyPair(kind: KeyKind = 'ed25519') {
  const pair = kind === 'ed25519' ? generateKeyPairSync('ed25519') : generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return {
    pem: pair.privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
    jwk: pair.publicKey.export({ format: 'jwk' }),
  };
}
