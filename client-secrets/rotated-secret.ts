import type { SecretsManager } from '@aws-sdk/client-secrets-manager';
import { KeyRecord } from '../sdk/keys/key-record.ts';
import { moveCurrent, replaceCurrent, unless } from '../sdk/stores/replace-current.ts';
import { RotationError } from './rotation-error.ts';

/** Record in one version of the secret. */
export interface Version {
  readonly id: string;
  readonly text: string;
  readonly record: KeyRecord;
}

export type SecretsClient = Pick<
  SecretsManager,
  'describeSecret' | 'getSecretValue' | 'putSecretValue' | 'updateSecretVersionStage'
>;

/** Secret of a key during one rotation, which owns the version `token` and the label AWSPENDING. */
export interface RotatedSecret {
  /** Returns the labels of the rotation's version. @throws RotationError when Secrets Manager has not started this rotation */
  stages(): Promise<readonly string[]>;
  /** Reads the version with the label AWSCURRENT. */
  current(): Promise<Version>;
  /** Reads the staged version; undefined while nothing is staged. */
  pending(): Promise<Version | undefined>;
  /** Replaces the current record unless another process has written since `before`. */
  replace(record: KeyRecord, before: Version): Promise<void>;
  /** Stages a record for this rotation; keeps the first one. */
  stage(record: KeyRecord): Promise<void>;
  /** Makes the pending version current unless another process has written since `before`. @returns whether it is current */
  promote(before: Version): Promise<boolean>;
  /** Removes AWSPENDING: while it is on another version than AWSCURRENT, Secrets Manager starts no other rotation. */
  dropPending(): Promise<void>;
}

const pendingStage = 'AWSPENDING';

/** Opens a secret for one rotation. @param functionArn of the rotation function; secrets of other functions are refused */
export function rotatedSecret(
  secrets: SecretsClient,
  { SecretId, ClientRequestToken: token }: { readonly SecretId: string; readonly ClientRequestToken: string },
  functionArn: string,
): RotatedSecret {
  const pending = async () => {
    const wanted = { SecretId, VersionId: token, VersionStage: pendingStage };
    const value = await secrets.getSecretValue(wanted).catch(unless('ResourceNotFoundException'));
    return value && versionOf(value);
  };
  const current = async () => versionOf(await secrets.getSecretValue({ SecretId }));
  return {
    async stages() {
      const { RotationEnabled, RotationLambdaARN, VersionIdsToStages } = await secrets.describeSecret({ SecretId });
      if (RotationLambdaARN !== functionArn)
        throw new RotationError('not-responsible', 'The secret is not rotated by this function.');
      const stages = new Map(Object.entries(VersionIdsToStages ?? {})).get(token);
      if (!RotationEnabled || !stages)
        throw new RotationError('no-rotation', 'Secrets Manager has not started this rotation of the secret.');
      return stages;
    },
    current,
    pending,
    async replace(record, before) {
      await replaceCurrent(secrets, SecretId, JSON.stringify(record), before.id);
    },
    async stage(record) {
      const value = { SecretId, SecretString: JSON.stringify(record), ClientRequestToken: token };
      // A concurrent run of the step has staged the same key.
      await secrets
        .putSecretValue({ ...value, VersionStages: [pendingStage] })
        .catch(unless('ResourceExistsException'));
    },
    async promote(before) {
      await moveCurrent(secrets, SecretId, token, before.id);
      return (await current()).id === token;
    },
    async dropPending() {
      const label = { SecretId, VersionStage: pendingStage, RemoveFromVersionId: token };
      await secrets.updateSecretVersionStage(label).catch(unless('InvalidParameterException'));
    },
  };
}

interface Value {
  readonly VersionId?: string | undefined;
  readonly SecretString?: string | undefined;
}

function versionOf({ VersionId: id = '', SecretString: text = '' }: Value): Version {
  try {
    return { id, text, record: KeyRecord.parse(JSON.parse(text)) };
  } catch {
    throw new RotationError('record-unreadable', 'The secret is invalid: expected a key record. Restore it.');
  }
}
