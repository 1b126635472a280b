import { type Bounds, decodedName, type KeyStore, placeOfKeys } from './key-store.ts';
import { replaceCurrent, type SecretWriter, unless } from './replace-current.ts';
import { explained } from './secrets-manager-remedies.ts';

interface Page {
  readonly SecretList?: readonly { readonly Name?: string | undefined }[] | undefined;
  readonly NextToken?: string | undefined;
}

/** The part of `SecretsManager` of @aws-sdk/client-secrets-manager that is used: bring your own, of any version. */
export interface SecretsManagerLike extends SecretWriter {
  readonly config?: { readonly region?: (() => Promise<string>) | undefined };
  createSecret(input: {
    Name: string;
    SecretString: string;
    ClientRequestToken: string;
    Description: string;
    KmsKeyId?: string;
    Tags?: { Key: string; Value: string }[];
  }): Promise<{ VersionId?: string | undefined }>;
  getSecretValue(input: {
    SecretId: string;
  }): Promise<{ SecretString?: string | undefined; VersionId?: string | undefined }>;
  describeSecret(input: {
    SecretId: string;
  }): Promise<{ RotationEnabled?: boolean | undefined; RotationLambdaARN?: string | undefined }>;
  rotateSecret(input: {
    SecretId: string;
    ClientRequestToken: string;
    RotationLambdaARN: string;
    RotationRules: { ScheduleExpression: string };
    RotateImmediately: boolean;
  }): Promise<unknown>;
  listSecrets(input: { Filters: { Key: 'name'; Values: string[] }[]; NextToken?: string }): Promise<Page>;
}

export interface SecretsManagerStoreOptions {
  /** every secret's name begins with it, so that a policy can name them: `license-keys/hwf/` */
  readonly prefix: string;
  /** @default the key of Secrets Manager in this account */
  readonly kmsKeyId?: string;
  readonly tags?: Readonly<Record<string, string>>;
  /** Secrets Manager refreshes the keys by the function of `LicenseClientSecrets` @default the keyring does it alone */
  readonly rotation?: Rotation;
}

export interface Rotation {
  readonly functionArn: string;
  /** a key lives for 30 days, and Secrets Manager may miss a turn @default 10 */
  readonly everyDays?: number;
}

/** Quotas of Secrets Manager: 64 KiB for a secret; of its versions 100 are kept, and all of the last day. */
const bounds: Bounds = { bytes: 65_536, restMs: 900_000 };

/**
 * Keeps each record in a secret of AWS Secrets Manager. A record counts once AWSCURRENT is moved to it from the version that was read:
 * that is the compare and set, and of processes on many machines one wins.
 */
export function createSecretsManagerStore(client: SecretsManagerLike, options: SecretsManagerStoreOptions): KeyStore {
  const { prefix } = options;
  const idOf = (name: string) => prefix + encoded(name);
  const read: KeyStore['read'] = async name =>
    await explained(prefix, async () => {
      const secret = await client.getSecretValue({ SecretId: idOf(name) }).catch(unless('ResourceNotFoundException'));
      return secret && { text: secret.SecretString ?? '', version: secret.VersionId ?? '' };
    });
  return {
    bounds,
    read,
    write: async (name, text, before) =>
      await explained(prefix, async () => {
        const id = idOf(name);
        // Who comes too late leaves no version behind; who comes in between is told by the move.
        if (before !== undefined && (await read(name))?.version !== before) return undefined;
        const version =
          before === undefined
            ? await create(client, id, text, options)
            : await replaceCurrent(client, id, text, before);
        const isWritten = before === undefined || (await read(name))?.version === version;
        if (version !== undefined && name.startsWith(placeOfKeys)) await attachRotation(client, id, options.rotation);
        return isWritten ? version : undefined;
      }),
    names: async () =>
      await explained(prefix, async () => {
        const names: string[] = [];
        for (let next: string | undefined, more = true; more; more = next !== undefined) {
          const page = await client.listSecrets({
            Filters: [{ Key: 'name', Values: [prefix] }],
            ...(next !== undefined && { NextToken: next }),
          });
          names.push(...(page.SecretList ?? []).flatMap(({ Name = '' }) => (Name.startsWith(prefix) ? [Name] : [])));
          next = page.NextToken;
        }
        return names.flatMap(name => decoded(name.slice(prefix.length)) ?? []);
      }),
    whereIs: async name => {
      const region = await client.config?.region?.().catch(() => undefined);
      return `the secret ${idOf(name)} of AWS Secrets Manager${region === undefined ? '' : ` in ${region}`}`;
    },
  };
}

async function create(
  client: SecretsManagerLike,
  Name: string,
  SecretString: string,
  { kmsKeyId, tags = {} }: SecretsManagerStoreOptions,
): Promise<string | undefined> {
  const created = await client
    .createSecret({
      Name,
      SecretString,
      ClientRequestToken: crypto.randomUUID(),
      Description: 'A license key, kept and refreshed by its application',
      ...(kmsKeyId !== undefined && { KmsKeyId: kmsKeyId }),
      Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
    })
    .catch(unless('ResourceExistsException'));
  return created?.VersionId;
}

/** Looks at every write, since a crash may have come between the secret and its rotation; a key is written a few times a month. */
async function attachRotation(
  client: SecretsManagerLike,
  SecretId: string,
  rotation: Rotation | undefined,
): Promise<void> {
  if (!rotation) return;
  const { functionArn, everyDays = 10 } = rotation;
  const { RotationEnabled, RotationLambdaARN } = await client.describeSecret({ SecretId });
  if (RotationEnabled && RotationLambdaARN === functionArn) return;
  const rotated = client.rotateSecret({
    SecretId,
    ClientRequestToken: crypto.randomUUID(),
    RotationLambdaARN: functionArn,
    RotationRules: { ScheduleExpression: `rate(${everyDays} days)` },
    RotateImmediately: false,
  });
  // One that was broken off before is tried again by this request. The record is written; the next write attaches.
  await rotated.catch(unless('InvalidRequestException'));
}

/** Names of secrets have letters, digits and `/_+=.@-`: the others are spelled `=XX`. */
function encoded(name: string): string {
  return encodeURIComponent(name)
    .replace(/[!'()*~]/g, character => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%2F', '/')
    .replaceAll('%', '=');
}

/** @returns undefined for what somebody else has named: it is no record */
function decoded(name: string): string | undefined {
  const text = decodedName(name.replaceAll('=', '%'));
  return text !== undefined && encoded(text) === name ? text : undefined;
}
