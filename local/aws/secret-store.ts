import * as z from 'zod';
import { localArn } from './account.ts';
import { ServiceError } from './service-error.ts';

export const secretTag = z.object({ Key: z.string().min(1).max(128), Value: z.string().max(256) });

/** A name, an ARN, or an ARN without its suffix. */
export const secretId = z.string().min(1).max(2048);

/** A version's id is the token of the request that made it. */
export const versionId = z.string().min(32).max(64);

export const stageLabel = z.string().min(1).max(256);

const secretVersion = z.object({
  versionId: z.string(),
  createdAtMs: z.number(),
  secretString: z.string().nullable(),
  /** Base64. */
  secretBinary: z.string().nullable(),
  stages: z.array(z.string()),
});

const rotation = z.object({
  functionArn: z.string(),
  enabled: z.boolean(),
  rules: z.looseObject({ AutomaticallyAfterDays: z.number().optional(), ScheduleExpression: z.string().optional() }),
  lastAtMs: z.number().nullable(),
  nextAtMs: z.number().nullable(),
});

const secret = z.object({
  arn: z.string(),
  name: z.string(),
  description: z.string(),
  kmsKeyId: z.string().nullable(),
  tags: z.array(secretTag),
  createdAtMs: z.number(),
  changedAtMs: z.number(),
  deletionAtMs: z.number().nullable(),
  versions: z.array(secretVersion),
  rotation: rotation.nullable().default(null),
});

/** Format of Secrets Manager in the state file. */
export const secretsState = z.array(secret);

export type SecretVersion = z.infer<typeof secretVersion>;
export type Secret = z.infer<typeof secret>;
export type SecretRotation = z.infer<typeof rotation>;

const arnPrefix = localArn('secretsmanager', 'secret:');

/** Stores secrets by name. */
export class SecretStore {
  readonly secrets = new Map<string, Secret>();
  readonly now: () => number;

  constructor(now: () => number) {
    this.now = now;
  }

  /** Finds a secret by name, by ARN, or by an ARN without its six-character suffix. */
  lookup(secretId: string): Secret | undefined {
    if (!secretId.startsWith('arn:')) return this.secrets.get(secretId);
    if (!secretId.startsWith(arnPrefix)) return undefined;
    const nameAndSuffix = secretId.slice(arnPrefix.length);
    const byFullArn = this.secrets.get(nameAndSuffix.slice(0, -7));
    return byFullArn?.arn === secretId ? byFullArn : this.secrets.get(nameAndSuffix);
  }

  /** @throws ResourceNotFoundException */
  find(secretId: string): Secret {
    const found = this.lookup(secretId);
    if (found === undefined) {
      throw new ServiceError('ResourceNotFoundException', "Secrets Manager can't find the specified secret.");
    }
    return found;
  }

  /**
   * Finds a secret that isn't scheduled for deletion.
   *
   * @throws ResourceNotFoundException, InvalidRequestException
   */
  findLive(secretId: string): Secret {
    const found = this.find(secretId);
    if (found.deletionAtMs !== null) {
      const message = "You can't perform this operation on the secret because it was marked for deletion.";
      throw new ServiceError('InvalidRequestException', message);
    }
    return found;
  }
}

export function secretArn(name: string, suffix: string): string {
  return `${arnPrefix}${name}-${suffix}`;
}

export function versionWithStage(from: Secret, stage: string): SecretVersion | undefined {
  return from.versions.find(version => version.stages.includes(stage));
}

/** Moves a staging label; the version which loses AWSCURRENT becomes AWSPREVIOUS. */
export function moveStage(within: Secret, stage: string, to: SecretVersion): void {
  const former = versionWithStage(within, stage);
  if (former === to) return;
  for (const version of within.versions) version.stages = version.stages.filter(label => label !== stage);
  to.stages.push(stage);
  if (stage === 'AWSCURRENT' && former !== undefined) moveStage(within, 'AWSPREVIOUS', former);
}

/** Returns the labels of each version; versions without a label are deprecated and not listed. */
export function versionIdsToStages(of: Secret): Record<string, string[]> {
  const labelled = of.versions.filter(version => version.stages.length > 0);
  return Object.fromEntries(labelled.map(version => [version.versionId, version.stages]));
}
