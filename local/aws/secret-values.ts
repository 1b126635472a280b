import { randomInt, randomUUID } from 'node:crypto';
import * as z from 'zod';
import { blob, changing, type Operation, reading } from './json-service.ts';
import {
  moveStage,
  type Secret,
  type SecretStore,
  type SecretVersion,
  secretArn,
  secretId,
  secretTag,
  stageLabel,
  versionId,
} from './secret-store.ts';
import {
  findVersion,
  isEmpty,
  makeRoomForVersion,
  moveSecretStage,
  updateSecretVersionStage,
} from './secret-versions.ts';
import { ServiceError } from './service-error.ts';

const maxBytes = 65_536;
const name = z
  .string()
  .max(512)
  .regex(/^[A-Za-z0-9/_+=.@!-]+$/, 'Member must match [A-Za-z0-9/_+=.@!-]+');
const secretValue = z.object({
  ClientRequestToken: versionId.optional(),
  SecretString: z
    .string()
    .min(1)
    .refine(text => Buffer.byteLength(text) <= maxBytes, `Member must have at most ${maxBytes} bytes`)
    .optional(),
  SecretBinary: blob(1, maxBytes).optional(),
});

const createSecret = secretValue.extend({
  Name: name,
  Description: z.string().max(2048).default(''),
  KmsKeyId: z.string().optional(),
  Tags: z.array(secretTag).max(50).default([]),
});

const putSecretValue = secretValue.extend({
  SecretId: secretId,
  VersionStages: z.array(stageLabel).min(1).max(20).default(['AWSCURRENT']),
});

const getSecretValue = z.object({
  SecretId: secretId,
  VersionId: versionId.optional(),
  VersionStage: stageLabel.optional(),
});

/** Whether Secrets Manager can use a KMS key now. */
export type CanUseKey = (kmsKeyId: string) => boolean;

/** Returns the operations on secret values: versions and staging labels. */
export function secretValueOperations(store: SecretStore, canUseKey: CanUseKey): Record<string, Operation> {
  const requireKey = (kmsKeyId: string | null | undefined, fault: 'EncryptionFailure' | 'DecryptionFailure') => {
    if (!kmsKeyId || canUseKey(kmsKeyId)) return;
    throw new ServiceError(fault, "Secrets Manager can't use the provided KMS key.");
  };
  return {
    CreateSecret: changing(createSecret, input => {
      const value = givenValue(input);
      requireKey(input.KmsKeyId, 'EncryptionFailure');
      const secret = newSecret(store, input, value);
      store.secrets.set(secret.name, secret);
      const { arn: ARN, name: Name } = secret;
      return value === undefined ? { ARN, Name } : { ARN, Name, VersionId: value.versionId };
    }),
    PutSecretValue: changing(putSecretValue, input => {
      const secret = store.findLive(input.SecretId);
      const value = givenValue(input);
      if (value === undefined) {
        const message = 'You must provide either SecretString or SecretBinary.';
        throw new ServiceError('InvalidRequestException', message);
      }
      requireKey(secret.kmsKeyId, 'EncryptionFailure');
      const version =
        filledVersion(secret, value, input.VersionStages) ??
        repeatedVersion(secret, value) ??
        addVersion(secret, value, input.VersionStages, store.now());
      return { ARN: secret.arn, Name: secret.name, VersionId: version.versionId, VersionStages: version.stages };
    }),
    GetSecretValue: reading(getSecretValue, input => {
      const secret = store.findLive(input.SecretId);
      const version = findVersion(secret, input.VersionId, input.VersionStage);
      requireKey(secret.kmsKeyId, 'DecryptionFailure');
      return {
        ARN: secret.arn,
        Name: secret.name,
        VersionId: version.versionId,
        ...(version.secretString === null ? {} : { SecretString: version.secretString }),
        ...(version.secretBinary === null ? {} : { SecretBinary: version.secretBinary }),
        VersionStages: version.stages,
        CreatedDate: version.createdAtMs / 1000,
      };
    }),
    UpdateSecretVersionStage: changing(updateSecretVersionStage, input => {
      const secret = store.findLive(input.SecretId);
      moveSecretStage(secret, input);
      secret.changedAtMs = store.now();
      return { ARN: secret.arn, Name: secret.name };
    }),
  };
}

type NewValue = Pick<SecretVersion, 'versionId' | 'secretString' | 'secretBinary'>;

function givenValue(input: z.infer<typeof secretValue>): NewValue | undefined {
  if (input.SecretString === undefined && input.SecretBinary === undefined) return undefined;
  if (input.SecretString !== undefined && input.SecretBinary !== undefined) {
    const message = "You can't specify both a binary secret value and a string secret value in the same secret.";
    throw new ServiceError('InvalidParameterException', message);
  }
  return {
    versionId: input.ClientRequestToken ?? randomUUID(),
    secretString: input.SecretString ?? null,
    secretBinary: input.SecretBinary?.toString('base64') ?? null,
  };
}

function newSecret(store: SecretStore, input: z.infer<typeof createSecret>, value: NewValue | undefined): Secret {
  const existing = store.secrets.get(input.Name);
  if (existing !== undefined) return repeatedCreation(existing, value);
  const secret: Secret = {
    arn: secretArn(input.Name, arnSuffix()),
    name: input.Name,
    description: input.Description,
    kmsKeyId: input.KmsKeyId ?? null,
    tags: input.Tags,
    createdAtMs: store.now(),
    changedAtMs: store.now(),
    deletionAtMs: null,
    versions: [],
    rotation: null,
  };
  if (value !== undefined) addVersion(secret, value, ['AWSCURRENT'], store.now());
  return secret;
}

/** Handles a retried creation: the SDK repeats it with the same token, which is no conflict. */
function repeatedCreation(existing: Secret, value: NewValue | undefined): Secret {
  if (existing.deletionAtMs !== null) {
    const message = "You can't create this secret because a secret with this name is already scheduled for deletion.";
    throw new ServiceError('InvalidRequestException', message);
  }
  if (value !== undefined && repeatedVersion(existing, value) !== undefined) return existing;
  const message = `The operation failed because the secret ${existing.name} already exists.`;
  throw new ServiceError('ResourceExistsException', message);
}

/** Fills the empty version of a rotation. */
function filledVersion(secret: Secret, value: NewValue, stages: readonly string[]): SecretVersion | undefined {
  const version = secret.versions.find(({ versionId }) => versionId === value.versionId);
  if (version === undefined || !isEmpty(version)) return undefined;
  Object.assign(version, value);
  for (const stage of stages) moveStage(secret, stage, version);
  return version;
}

/** Returns the version with the same token and content, if there is one. */
function repeatedVersion(secret: Secret, value: NewValue): SecretVersion | undefined {
  const version = secret.versions.find(({ versionId }) => versionId === value.versionId);
  if (version === undefined) return undefined;
  if (version.secretString === value.secretString && version.secretBinary === value.secretBinary) return version;
  const message = `You can't use ClientRequestToken ${version.versionId} because that value is already in use for a version of secret ${secret.arn}.`;
  throw new ServiceError('ResourceExistsException', message);
}

function addVersion(secret: Secret, value: NewValue, stages: readonly string[], nowMs: number): SecretVersion {
  const isFirst = secret.versions.length === 0;
  makeRoomForVersion(secret, nowMs);
  const version: SecretVersion = { ...value, createdAtMs: nowMs, stages: [] };
  secret.versions.push(version);
  for (const stage of stages) moveStage(secret, stage, version);
  // The first version is always current, whatever the requested labels.
  if (isFirst) moveStage(secret, 'AWSCURRENT', version);
  secret.changedAtMs = nowMs;
  return version;
}

const suffixAlphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

function arnSuffix(): string {
  return Array.from({ length: 6 }, () => suffixAlphabet.charAt(randomInt(suffixAlphabet.length))).join('');
}
