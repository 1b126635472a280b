import * as z from 'zod';
import { changing, type Operation, reading } from './json-service.ts';
import { type Secret, type SecretStore, secretArn, secretId, secretTag, versionIdsToStages } from './secret-store.ts';
import { ServiceError } from './service-error.ts';

const dayMs = 86_400_000;

const deleteSecret = z.object({
  SecretId: secretId,
  ForceDeleteWithoutRecovery: z.boolean().default(false),
  RecoveryWindowInDays: z.int().min(7).max(30).optional(),
});

const listSecrets = z.object({
  Filters: z
    .array(
      z.object({ Key: z.enum(['name', 'tag-key', 'tag-value']), Values: z.array(z.string().max(512)).min(1).max(10) }),
    )
    .max(10)
    .default([]),
  IncludePlannedDeletion: z.boolean().default(false),
  MaxResults: z.int().min(1).max(100).default(100),
  NextToken: z.string().max(4096).optional(),
});

/** Returns the operations on secrets: describe, list, tag, delete. */
export function secretOperations(store: SecretStore): Record<string, Operation> {
  return {
    DescribeSecret: reading(z.object({ SecretId: secretId }), input => {
      const secret = store.find(input.SecretId);
      return { ...description(secret), VersionIdsToStages: versionIdsToStages(secret) };
    }),
    TagResource: changing(z.object({ SecretId: secretId, Tags: z.array(secretTag).min(1) }), input => {
      const secret = store.findLive(input.SecretId);
      const tags = new Map([...secret.tags, ...input.Tags].map(tag => [tag.Key, tag]));
      secret.tags = [...tags.values()];
      return {};
    }),
    DeleteSecret: changing(deleteSecret, input => {
      if (input.ForceDeleteWithoutRecovery && input.RecoveryWindowInDays !== undefined) {
        const message = "You can't use ForceDeleteWithoutRecovery in conjunction with RecoveryWindowInDays.";
        throw new ServiceError('InvalidParameterException', message);
      }
      if (input.ForceDeleteWithoutRecovery) return deleteAtOnce(store, input.SecretId);
      const secret = store.findLive(input.SecretId);
      secret.deletionAtMs = store.now() + (input.RecoveryWindowInDays ?? 30) * dayMs;
      return { ARN: secret.arn, Name: secret.name, DeletionDate: secret.deletionAtMs / 1000 };
    }),
    ListSecrets: reading(listSecrets, input => {
      const matching = [...store.secrets.values()]
        .filter(secret => input.IncludePlannedDeletion || secret.deletionAtMs === null)
        .filter(secret => input.Filters.every(filter => matches(secret, filter.Key, filter.Values)));
      return page(matching, input.MaxResults, input.NextToken);
    }),
  };
}

/** Deletes a secret without recovery; succeeds for a missing secret, which makes the deletion idempotent. */
function deleteAtOnce(store: SecretStore, given: string): object {
  const secret = store.lookup(given);
  const DeletionDate = store.now() / 1000;
  if (secret === undefined) return { ARN: secretArn(given, 'AAAAAA'), Name: given, DeletionDate };
  store.secrets.delete(secret.name);
  return { ARN: secret.arn, Name: secret.name, DeletionDate };
}

const filterTexts = {
  name: (secret: Secret) => [secret.name],
  'tag-key': (secret: Secret) => secret.tags.map(tag => tag.Key),
  'tag-value': (secret: Secret) => secret.tags.map(tag => tag.Value),
};

/** Whether a secret matches a filter: any of its values is a prefix. */
function matches(secret: Secret, key: keyof typeof filterTexts, prefixes: readonly string[]): boolean {
  return filterTexts[key](secret).some(text => prefixes.some(prefix => text.startsWith(prefix)));
}

/** Returns a page. The token is the last name, so that deletions between two pages skip nothing. */
function page(secrets: readonly Secret[], limit: number, token: string | undefined): object {
  const after = token === undefined ? '' : nameIn(token);
  const rest = secrets.filter(secret => secret.name > after).sort((a, b) => (a.name < b.name ? -1 : 1));
  const shown = rest.slice(0, limit);
  const last = shown.at(-1);
  return {
    SecretList: shown.map(secret => ({ ...description(secret), SecretVersionsToStages: versionIdsToStages(secret) })),
    ...(last !== undefined && rest.length > limit ? { NextToken: Buffer.from(last.name).toString('base64url') } : {}),
  };
}

/** @throws InvalidNextTokenException */
function nameIn(token: string): string {
  const name = Buffer.from(token, 'base64url').toString();
  if (Buffer.from(name).toString('base64url') === token) return name;
  throw new ServiceError('InvalidNextTokenException', 'The NextToken value is invalid.');
}

function description(secret: Secret): object {
  return {
    ARN: secret.arn,
    Name: secret.name,
    Description: secret.description,
    ...(secret.kmsKeyId === null ? {} : { KmsKeyId: secret.kmsKeyId }),
    CreatedDate: secret.createdAtMs / 1000,
    LastChangedDate: secret.changedAtMs / 1000,
    ...(secret.deletionAtMs === null ? {} : { DeletedDate: secret.deletionAtMs / 1000 }),
    Tags: secret.tags,
    ...rotationOf(secret),
  };
}

/** Returns the rotation members; none for a secret without rotation. */
function rotationOf({ rotation }: Secret): object {
  if (rotation === null) return {};
  const { functionArn, enabled, rules, lastAtMs, nextAtMs } = rotation;
  return {
    RotationEnabled: enabled,
    RotationLambdaARN: functionArn,
    RotationRules: rules,
    ...(lastAtMs === null ? {} : { LastRotatedDate: lastAtMs / 1000 }),
    ...(nextAtMs === null ? {} : { NextRotationDate: nextAtMs / 1000 }),
  };
}
