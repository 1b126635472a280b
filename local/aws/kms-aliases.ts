import * as z from 'zod';
import { localArn } from './account.ts';
import { changing, type Operation, reading } from './json-service.ts';
import { type KmsAlias, type KmsKey, type KmsStore, keyReference, requireNotPendingDeletion } from './kms-store.ts';
import { ServiceError } from './service-error.ts';

const aliasName = z
  .string()
  .max(256)
  .regex(/^alias\/[a-zA-Z0-9/_-]+$/, 'Member must match alias/[a-zA-Z0-9/_-]+');
const aliasAndTarget = z.object({ AliasName: aliasName, TargetKeyId: keyReference });

const listAliases = z.object({
  KeyId: z.string().optional(),
  Limit: z.int().min(1).max(100).default(50),
  Marker: z.string().optional(),
});

/** Quota "Aliases per KMS key" of AWS KMS. */
const mostAliasesOfKey = 50;

/** Returns the operations on aliases. */
export function aliasOperations(store: KmsStore): Record<string, Operation> {
  return {
    CreateAlias: changing(aliasAndTarget, input => {
      requireNotReserved(input.AliasName);
      const key = target(store, input.TargetKeyId);
      if (store.aliases.has(input.AliasName)) {
        const message = `An alias with the name ${localArn('kms', input.AliasName)} already exists`;
        throw new ServiceError('AlreadyExistsException', message);
      }
      if (matchingAliases(store, key.keyId).length >= mostAliasesOfKey)
        throw new ServiceError('LimitExceededException', `A key has at most ${mostAliasesOfKey} aliases.`);
      const nowMs = store.now();
      const alias = { name: input.AliasName, keyId: key.keyId, createdAtMs: nowMs, updatedAtMs: nowMs };
      store.aliases.set(alias.name, alias);
      return {};
    }),
    UpdateAlias: changing(aliasAndTarget, input => {
      const alias = store.alias(input.AliasName);
      const key = target(store, input.TargetKeyId);
      if (store.findByKeyId(alias.keyId).spec !== key.spec) {
        throw new ServiceError('ValidationException', 'An alias may move only to a key of the same type and usage');
      }
      alias.keyId = key.keyId;
      alias.updatedAtMs = store.now();
      return {};
    }),
    DeleteAlias: changing(z.object({ AliasName: aliasName }), input => {
      store.aliases.delete(store.alias(input.AliasName).name);
      return {};
    }),
    ListAliases: reading(listAliases, input => page(matchingAliases(store, input.KeyId), input.Limit, input.Marker)),
  };
}

/** Refuses the names of AWS managed keys (API reference, CreateAlias, "AliasName"). @throws InvalidAliasNameException */
function requireNotReserved(name: string): void {
  if (!name.startsWith('alias/aws/')) return;
  throw new ServiceError('InvalidAliasNameException', 'Aliases that begin with alias/aws/ are reserved for AWS.');
}

function target(store: KmsStore, keyId: string): KmsKey {
  const key = store.findByKeyId(keyId);
  requireNotPendingDeletion(key);
  return key;
}

function matchingAliases(store: KmsStore, reference: string | undefined): KmsAlias[] {
  const all = [...store.aliases.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  if (reference === undefined) return all;
  const { keyId } = store.findByKeyId(reference);
  return all.filter(alias => alias.keyId === keyId);
}

/** Returns a page. The marker is the last name, so that deletions between two pages skip nothing. */
function page(aliases: KmsAlias[], limit: number, marker: string | undefined): object {
  const rest = marker === undefined ? aliases : aliases.filter(alias => alias.name > marker);
  const shown = rest.slice(0, limit);
  const last = shown.at(-1);
  return {
    Aliases: shown.map(alias => ({
      AliasName: alias.name,
      AliasArn: localArn('kms', alias.name),
      TargetKeyId: alias.keyId,
      CreationDate: alias.createdAtMs / 1000,
      LastUpdatedDate: alias.updatedAtMs / 1000,
    })),
    ...(last !== undefined && rest.length > limit ? { Truncated: true, NextMarker: last.name } : { Truncated: false }),
  };
}
