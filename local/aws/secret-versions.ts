import * as z from 'zod';
import {
  moveStage,
  type Secret,
  type SecretVersion,
  secretId,
  stageLabel,
  versionId,
  versionWithStage,
} from './secret-store.ts';
import { ServiceError } from './service-error.ts';

export const updateSecretVersionStage = z.object({
  SecretId: secretId,
  VersionStage: stageLabel,
  MoveToVersionId: versionId.optional(),
  RemoveFromVersionId: versionId.optional(),
});

/** Quotas of Secrets Manager: "Versions of a secret" and "Labels attached to a version". */
const mostVersions = 100;
const mostLabels = 20;
const dayMs = 86_400_000;

/**
 * Removes versions without a label beyond the quota, the oldest first; those of the last 24 hours stay (API reference, PutSecretValue).
 *
 * @throws LimitExceededException
 */
export function makeRoomForVersion(secret: Secret, nowMs: number): void {
  const removable = secret.versions.filter(
    ({ stages, createdAtMs }) => stages.length === 0 && createdAtMs <= nowMs - dayMs,
  );
  const surplus = new Set(removable.slice(0, Math.max(0, secret.versions.length - mostVersions + 1)));
  secret.versions = secret.versions.filter(version => !surplus.has(version));
  if (secret.versions.length < mostVersions) return;
  throw new ServiceError('LimitExceededException', `A secret has at most ${mostVersions} versions.`);
}

/**
 * Finds the version that both selectors match; without selectors, the current one.
 *
 * @throws ResourceNotFoundException, InvalidRequestException
 */
export function findVersion(secret: Secret, versionId: string | undefined, stage: string | undefined): SecretVersion {
  if (versionId === undefined) return withValue(requireStage(secret, stage ?? 'AWSCURRENT'), stage ?? 'AWSCURRENT');
  const version = requireVersion(secret, versionId);
  if (stage !== undefined && !version.stages.includes(stage)) {
    const message = 'You provided a VersionStage that is not associated to the provided VersionId.';
    throw new ServiceError('InvalidRequestException', message);
  }
  return withValue(version, stage ?? versionId);
}

/** Whether a version was created by a rotation and not filled yet. */
export function isEmpty({ secretString, secretBinary }: SecretVersion): boolean {
  return secretString === null && secretBinary === null;
}

function withValue(version: SecretVersion, selector: string): SecretVersion {
  return isEmpty(version) ? missingVersion(`staging label: ${selector}`) : version;
}

/** @throws InvalidParameterException, ResourceNotFoundException, LimitExceededException */
export function moveSecretStage(secret: Secret, move: z.infer<typeof updateSecretVersionStage>): void {
  const stage = move.VersionStage;
  const holder = versionWithStage(secret, stage);
  const to = move.MoveToVersionId === undefined ? undefined : requireVersion(secret, move.MoveToVersionId);
  if (to !== undefined && to === holder) return;
  requireHolderNamed(stage, holder, move.RemoveFromVersionId);
  if (to && to.stages.length >= mostLabels)
    throw new ServiceError('LimitExceededException', `A version has at most ${mostLabels} staging labels.`);
  if (to !== undefined) moveStage(secret, stage, to);
  else removeStage(stage, holder);
}

/** Requires that the request names the version with the label. */
function requireHolderNamed(stage: string, holder: SecretVersion | undefined, named: string | undefined): void {
  if (holder?.versionId === named) return;
  const message =
    holder === undefined
      ? `Staging label ${stage} is not attached to version ${named}.`
      : `RemoveFromVersionId must name version ${holder.versionId}, to which staging label ${stage} is attached.`;
  throw new ServiceError('InvalidParameterException', message);
}

function removeStage(stage: string, holder: SecretVersion | undefined): void {
  if (holder === undefined) {
    throw new ServiceError('InvalidParameterException', 'Give MoveToVersionId, RemoveFromVersionId, or both.');
  }
  if (stage === 'AWSCURRENT') {
    const message = "You can only move staging label AWSCURRENT to a different version; it can't be removed.";
    throw new ServiceError('InvalidParameterException', message);
  }
  holder.stages = holder.stages.filter(label => label !== stage);
}

function requireStage(secret: Secret, stage: string): SecretVersion {
  return versionWithStage(secret, stage) ?? missingVersion(`staging label: ${stage}`);
}

function requireVersion(secret: Secret, versionId: string): SecretVersion {
  return secret.versions.find(version => version.versionId === versionId) ?? missingVersion(`VersionId: ${versionId}`);
}

function missingVersion(selector: string): never {
  const message = `Secrets Manager can't find the specified secret value for ${selector}`;
  throw new ServiceError('ResourceNotFoundException', message);
}
