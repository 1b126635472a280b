import { ConfigurationError } from '../start/configuration-error.ts';
import { decodedName, type KeyStore, keysPrefix, type StoreLimits } from './key-store.ts';
import { replaceCurrent, type SecretWriter, unless } from './replace-current.ts';
import { explained } from './secrets-manager-remedies.ts';

interface Page {
  readonly SecretList?: readonly { readonly Name?: string | undefined }[] | undefined;
  readonly NextToken?: string | undefined;
}

/** Used part of `SecretsManager` of @aws-sdk/client-secrets-manager; any version that has it can be passed. */
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
  /** Prefix of the secrets' names, so that a policy can match them: `license-keys/hwf/` */
  readonly prefix: string;
  /** KMS key of the secrets. @default aws/secretsmanager of this account */
  readonly kmsKeyId?: string;
  readonly tags?: Readonly<Record<string, string>>;
  /** Rotation by the function of `LicenseClientSecrets`. @default none: the keyring refreshes the keys */
  readonly rotation?: Rotation;
}

export interface Rotation {
  readonly functionArn: string;
  /** Interval, 1 to 20 days: a key is valid for 30 days, and Secrets Manager may miss a rotation. @default 10 */
  readonly everyDays?: number;
}

/** Quotas of Secrets Manager: 64 KiB per secret; it keeps 100 versions, and all of the last day. */
const limits: StoreLimits = { maxRecordBytes: 65_536, minWriteIntervalMs: 900_000 };

/**
 * Creates a store that keeps each record in a secret of AWS Secrets Manager. A write moves AWSCURRENT from the version that was
 * read (compare and set), so that of concurrent processes on many machines one wins. @throws ConfigurationError for an invalid interval
 */
export function createSecretsManagerStore(client: SecretsManagerLike, options: SecretsManagerStoreOptions): KeyStore {
  const { prefix } = options;
  const rotation = options.rotation && checkedRotation(options.rotation);
  const idOf = (name: string) => prefix + encoded(name);
  const read: KeyStore['read'] = async name =>
    await explained(prefix, async () => {
      const secret = await client.getSecretValue({ SecretId: idOf(name) }).catch(unless('ResourceNotFoundException'));
      return secret && { text: secret.SecretString ?? '', version: secret.VersionId ?? '' };
    });
  return {
    limits,
    read,
    write: async (name, text, before) =>
      await explained(prefix, async () => {
        const id = idOf(name);
        // A late writer leaves no version behind; a concurrent one is detected by the move.
        if (before !== undefined && (await read(name))?.version !== before) return undefined;
        const version =
          before === undefined
            ? await create(client, id, text, options)
            : await replaceCurrent(client, id, text, before);
        const isWritten = before === undefined || (await read(name))?.version === version;
        if (version !== undefined && name.startsWith(keysPrefix)) await attachRotation(client, id, rotation);
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
    locationOf: async name => {
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

/** Attaches the rotation if it is missing. Checked at every write, since a crash may have occurred between the two requests. */
async function attachRotation(
  client: SecretsManagerLike,
  SecretId: string,
  rotation: Required<Rotation> | undefined,
): Promise<void> {
  if (!rotation) return;
  const { functionArn, everyDays } = rotation;
  const { RotationEnabled, RotationLambdaARN } = await client.describeSecret({ SecretId });
  if (RotationEnabled && RotationLambdaARN === functionArn) return;
  const rotated = client.rotateSecret({
    SecretId,
    ClientRequestToken: crypto.randomUUID(),
    RotationLambdaARN: functionArn,
    RotationRules: { ScheduleExpression: `rate(${everyDays} days)` },
    RotateImmediately: false,
  });
  // An earlier incomplete rotation is retried by this request; the next write attaches the new one.
  await rotated.catch(unless('InvalidRequestException'));
}

/** @throws ConfigurationError for an interval that Secrets Manager refuses, or in which the key may expire */
function checkedRotation({ functionArn, everyDays = 10 }: Rotation): Required<Rotation> {
  if (Number.isInteger(everyDays) && everyDays >= 1 && everyDays <= 20) return { functionArn, everyDays };
  throw new ConfigurationError([`rotation.everyDays ${everyDays} is invalid: expected a whole number from 1 to 20.`]);
}

/** Encodes a name of a secret: letters, digits and `/_+=.@-` are allowed, others become `=XX`. */
function encoded(name: string): string {
  return encodeURIComponent(name)
    .replace(/[!'()*~]/g, character => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%2F', '/')
    .replaceAll('%', '=');
}

/** Decodes a name of a secret; undefined for a secret that is not a record. */
function decoded(name: string): string | undefined {
  const text = decodedName(name.replaceAll('=', '%'));
  return text !== undefined && encoded(text) === name ? text : undefined;
}
