import * as z from 'zod';
import { moveStage, type Secret, type SecretVersion, versionWithStage } from './secret-store.ts';
import { ServiceError } from './service-error.ts';

export const updateSecretVersionStage = z.object({
  SecretId: z.string(),
  VersionStage: z.string().min(1).max(256),
  MoveToVersionId: z.string().optional(),
  RemoveFromVersionId: z.string().optional(),
});

/**
 * The version that both selectors name; without any, the current one.
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

/** Made by a rotation that has not filled it yet. */
export function isEmpty({ secretString, secretBinary }: SecretVersion): boolean {
  return secretString === null && secretBinary === null;
}

function withValue(version: SecretVersion, selector: string): SecretVersion {
  return isEmpty(version) ? missingVersion(`staging label: ${selector}`) : version;
}

/** @throws InvalidParameterException, ResourceNotFoundException */
export function moveSecretStage(secret: Secret, move: z.infer<typeof updateSecretVersionStage>): void {
  const stage = move.VersionStage;
  const holder = versionWithStage(secret, stage);
  const to = move.MoveToVersionId === undefined ? undefined : requireVersion(secret, move.MoveToVersionId);
  if (to !== undefined && to === holder) return;
  requireHolderNamed(stage, holder, move.RemoveFromVersionId);
  if (to !== undefined) moveStage(secret, stage, to);
  else removeStage(stage, holder);
}

/** Who moves a label must name the version that holds it, and no other. */
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
