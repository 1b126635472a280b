import { SecretsManager } from '@aws-sdk/client-secrets-manager';
import type { SecretsClient } from '../../../client-secrets/rotated-secret.ts';
import { createRotation } from '../../../client-secrets/rotation.ts';
import { createKeyring, type HeldKey, type Keyring } from '../../../sdk/keys/keyring.ts';
import { createSecretsManagerStore } from '../../../sdk/stores/secrets-manager-store.ts';
import type { Instance } from '../server/instance.ts';
import { newKeyPair, type TestServer } from '../server/server.ts';

export const functionArn = 'arn:aws:lambda:eu-central-1:000000000000:function:license-keys';
export const prefix = 'license-keys/trial/';
export const profile = 'license-profile/trial';

/** An application's account: its profile, its keyring over Secrets Manager, and the rotation function that is attached to its keys. */
export interface RotatingAccount {
  readonly secrets: SecretsManager;
  readonly keyring: Keyring;
  readonly enterpriseId: string;
  /** what the rotation function logs, and what it throws */
  readonly log: string[];
  /** the function, as Secrets Manager calls it; tests put something in between */
  invoke: (event: Event) => Promise<void>;
  /** the function itself */
  readonly rotation: (event: unknown) => Promise<void>;
  /** the line to the license server; tests break it */
  fetch: typeof fetch;
  /** reads of secrets; tests put something in between */
  staged: SecretsClient['getSecretValue'] | undefined;
  /** stands before each request of the rotation function to Secrets Manager */
  through: ((method: string, send: () => Promise<unknown>) => Promise<unknown>) | undefined;
  /** the requests to Secrets Manager that each has made */
  readonly called: { readonly rotation: Set<string>; readonly application: Set<string> };
  /** all that was ever logged */
  readonly everything: string[];
  /** Refreshes with a copy of the key, as a thief with the application's signature would. */
  refreshElsewhere(held: HeldKey): Promise<void>;
  /** keys, Idempotency-Keys and private keys of every version of every secret */
  everySecret(): Promise<string[]>;
  idOf(name: string): string;
  /** Begins a rotation and waits for its end. @returns whether Secrets Manager has begun one */
  rotate(name: string): Promise<boolean>;
  stages(name: string): Promise<Record<string, string[]>>;
  record(name: string, stage?: string): Promise<Record<string, unknown>>;
}

export interface Event {
  readonly Step: string;
  readonly SecretId: string;
  readonly ClientRequestToken: string;
}

/** @param url where the rotation function finds the license server */
export async function startAccount(server: TestServer, instance: Instance, url = server.url): Promise<RotatingAccount> {
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const region = 'eu-central-1';
  const secrets = new SecretsManager({ endpoint: server.world.aws.endpoint, region, credentials, maxAttempts: 1 });
  const registered = await server.register('trial', { modes: ['dev', 'production'], createEnterprises: 10 });
  const { key, pem: privateKey } = registered;
  const SecretString = JSON.stringify({ url, keyid: key.keyid, privateKey });
  await secrets.createSecret({ Name: profile, SecretString });
  const client = instance.client(key);
  const { enterpriseId } = await client.call('create-enterprise', {});
  const called = { rotation: new Set<string>(), application: new Set<string>() };
  const by = (caller: keyof typeof called) =>
    new Proxy(secrets, {
      get(target, property) {
        const method = Reflect.get(target, property);
        if (typeof method !== 'function') return method;
        called[caller].add(String(property));
        return async (...input: unknown[]) => {
          const send = async (): Promise<unknown> => await Reflect.apply(method, target, input);
          return caller === 'rotation' && account.through
            ? await account.through(String(property), send)
            : await send();
        };
      },
    });
  const store = createSecretsManagerStore(by('application'), { prefix, rotation: { functionArn } });
  const log: string[] = [];
  const everything: string[] = [];
  const note = (line: string) => {
    log.push(line);
    everything.push(line);
  };
  const rotate = createRotation({
    secrets: new Proxy(by('rotation'), {
      get: (target, property) =>
        property === 'getSecretValue' && account.staged ? account.staged : Reflect.get(target, property),
    }),
    profile,
    root: server.world.root,
    fetch: async (...request) => await account.fetch(...request),
    now: () => server.clock.at,
    log: line => note(JSON.stringify(line)),
  });
  const rotation = async (event: unknown) => await rotate(event, functionArn);
  const idOf = (name: string) => `${prefix}keys/${name}`;
  const account: RotatingAccount = {
    secrets,
    keyring: createKeyring({ client, store, root: server.world.root }),
    enterpriseId,
    log,
    through: undefined,
    called,
    everything,
    staged: undefined,
    async refreshElsewhere({ key, claims }) {
      await client.call('refresh-key', { siteId: claims.sub.slice('site:'.length), key } as never);
    },
    async everySecret() {
      const versions = [...server.world.aws.secrets.secrets.values()]
        .filter(({ name }) => name.startsWith(prefix) || name === profile)
        .flatMap(({ versions }) =>
          versions.map(({ secretString }) =>
            JSON.parse(secretString?.startsWith('{"') ? secretString.replace(/, xanary$/, '}') : '{}'),
          ),
        );
      return versions
        .flatMap(({ key, nextIdempotencyKey, privateKey }) => [key, nextIdempotencyKey, privateKey])
        .filter(text => typeof text === 'string');
    },
    rotation,
    invoke: rotation,
    fetch: instance.fetch,
    idOf,
    async rotate(name) {
      const begun = await secrets.rotateSecret({ SecretId: idOf(name) }).then(
        () => true,
        () => false,
      );
      await server.world.aws.secrets.rotationsSettled();
      return begun;
    },
    stages: async name => (await secrets.describeSecret({ SecretId: idOf(name) })).VersionIdsToStages ?? {},
    async record(name, VersionStage = 'AWSCURRENT') {
      const { SecretString = '' } = await secrets.getSecretValue({ SecretId: idOf(name), VersionStage });
      return JSON.parse(SecretString);
    },
  };
  server.world.aws.setFunction('license-keys', async event => {
    await account.invoke(event as Event).catch((error: unknown) => {
      note(`${error} ${Object(error).stack} ${JSON.stringify(error)} ${Object(error).cause}`);
      throw error;
    });
  });
  return account;
}

/** Another key pair in the profile, which the server does not know. @param text instead; or another address of the server */
export async function spoilProfile(account: RotatingAccount, text?: string): Promise<() => Promise<void>> {
  const { SecretString = '' } = await account.secrets.getSecretValue({ SecretId: profile });
  const spoiled = text?.startsWith('http')
    ? JSON.stringify({ ...JSON.parse(SecretString), url: text })
    : (text ?? JSON.stringify({ ...JSON.parse(SecretString), privateKey: newKeyPair().pem }));
  await account.secrets.putSecretValue({ SecretId: profile, SecretString: spoiled });
  return async () => {
    await account.secrets.putSecretValue({ SecretId: profile, SecretString });
  };
}
