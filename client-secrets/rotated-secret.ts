import type { SecretsManager } from '@aws-sdk/client-secrets-manager';
import { KeyRecord } from '../sdk/keys/key-record.ts';
import { moveCurrent, replaceCurrent, unless } from '../sdk/stores/replace-current.ts';
import { RotationError } from './rotation-error.ts';

/** A record as one version of the secret holds it. */
export interface Version {
  readonly id: string;
  readonly text: string;
  readonly record: KeyRecord;
}

export type SecretsClient = Pick<
  SecretsManager,
  'describeSecret' | 'getSecretValue' | 'putSecretValue' | 'updateSecretVersionStage'
>;

/** The secret of a key during one rotation, which owns the version `token` and the label AWSPENDING. */
export interface RotatedSecret {
  /** Labels of the rotation's version. @throws RotationError when Secrets Manager has begun no such rotation */
  stages(): Promise<readonly string[]>;
  current(): Promise<Version>;
  /** @returns undefined while nothing is staged */
  pending(): Promise<Version | undefined>;
  /** Makes the record that counts, unless another has written since `before`. */
  replace(record: KeyRecord, before: Version): Promise<void>;
  /** Stages a record for this rotation; the first one stays. */
  stage(record: KeyRecord): Promise<void>;
  /** Lets the pending version count instead of `before`, unless another has written since. @returns whether it counts */
  promote(before: Version): Promise<boolean>;
  /** Takes AWSPENDING away: where it stays behind AWSCURRENT, Secrets Manager begins no other rotation. */
  dropPending(): Promise<void>;
}

const pendingStage = 'AWSPENDING';

/** @param functionArn of the rotation function, which touches no secret of another one */
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
        throw new RotationError('not-responsible', 'Another function rotates this secret, or none.');
      const stages = new Map(Object.entries(VersionIdsToStages ?? {})).get(token);
      if (!RotationEnabled || !stages)
        throw new RotationError('no-rotation', 'Secrets Manager has begun no such rotation of this secret.');
      return stages;
    },
    current,
    pending,
    async replace(record, before) {
      await replaceCurrent(secrets, SecretId, JSON.stringify(record), before.id);
    },
    async stage(record) {
      const value = { SecretId, SecretString: JSON.stringify(record), ClientRequestToken: token };
      // A step that runs twice at once: the other one has staged the same key.
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
    throw new RotationError('record-unreadable', 'The secret holds no key record: was it edited? Restore it.');
  }
}
