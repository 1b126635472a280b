import { generateKeyPairSync, randomBytes, randomUUID } from 'node:crypto';
import * as z from 'zod';
import { localAccount, localArn } from './account.ts';
import { changing, type Operation, reading } from './json-service.ts';
import { checkedKeyPolicy, defaultKeyPolicy } from './kms-policy.ts';
import {
  isMultiRegion,
  type KmsKey,
  type KmsStore,
  keyArn,
  keyReference,
  keySpecs,
  requireNotPendingDeletion,
} from './kms-store.ts';
import { ServiceError } from './service-error.ts';

const dayMs = 86_400_000;
const keyOnly = z.object({ KeyId: keyReference });
const policyInput = {
  Policy: z.string().min(1).max(131_072),
  BypassPolicyLockoutSafetyCheck: z.boolean().default(false),
};

const createKey = z.object({
  KeySpec: z.string().default('SYMMETRIC_DEFAULT'),
  KeyUsage: z.string().default('ENCRYPT_DECRYPT'),
  ...policyInput,
  Policy: policyInput.Policy.optional(),
  MultiRegion: z.boolean().default(false),
  Description: z.string().max(8192).default(''),
  Tags: z.array(z.object({ TagKey: z.string(), TagValue: z.string() })).default([]),
});

/** Returns the operations on keys: life cycle and policy. */
export function keyOperations(store: KmsStore): Record<string, Operation> {
  return {
    CreateKey: changing(createKey, input => {
      const key = newKey(input, store.now());
      store.keys.set(key.keyId, key);
      return { KeyMetadata: keyMetadata(key) };
    }),
    DescribeKey: reading(keyOnly, input => ({ KeyMetadata: keyMetadata(store.find(input.KeyId)) })),
    EnableKey: changing(keyOnly, input => setEnabled(store.findByKeyId(input.KeyId), true)),
    DisableKey: changing(keyOnly, input => setEnabled(store.findByKeyId(input.KeyId), false)),
    ScheduleKeyDeletion: changing(
      keyOnly.extend({ PendingWindowInDays: z.int().min(7).max(30).default(30) }),
      ({ KeyId, PendingWindowInDays }) => {
        const key = store.findByKeyId(KeyId);
        requireNotPendingDeletion(key);
        key.deletionAtMs = store.now() + PendingWindowInDays * dayMs;
        const DeletionDate = key.deletionAtMs / 1000;
        return { KeyId: keyArn(key), KeyState: 'PendingDeletion', DeletionDate, PendingWindowInDays };
      },
    ),
    CancelKeyDeletion: changing(keyOnly, input => {
      const key = store.findByKeyId(input.KeyId);
      if (key.deletionAtMs === null) {
        throw new ServiceError('KMSInvalidStateException', `${keyArn(key)} is not pending deletion.`);
      }
      key.deletionAtMs = null;
      key.enabled = false;
      return { KeyId: keyArn(key) };
    }),
    GetKeyPolicy: reading(keyOnly, input => {
      return { Policy: store.findByKeyId(input.KeyId).policy, PolicyName: 'default' };
    }),
    PutKeyPolicy: changing(keyOnly.extend(policyInput), input => {
      const policy = checkedKeyPolicy(input.Policy, input.BypassPolicyLockoutSafetyCheck);
      store.findByKeyId(input.KeyId).policy = policy;
      return {};
    }),
  };
}

function newKey(input: z.infer<typeof createKey>, nowMs: number): KmsKey {
  const spec = z.enum(['ECC_NIST_P256', 'SYMMETRIC_DEFAULT']).safeParse(input.KeySpec).data;
  if (spec === undefined) {
    throw new ServiceError('UnsupportedOperationException', `The local KMS does not support KeySpec ${input.KeySpec}`);
  }
  if (keySpecs[spec].usage !== input.KeyUsage) {
    throw new ServiceError('ValidationException', `KeyUsage ${input.KeyUsage} is not compatible with KeySpec ${spec}`);
  }
  if (input.MultiRegion && spec === 'SYMMETRIC_DEFAULT') {
    throw new ServiceError(
      'UnsupportedOperationException',
      'The local KMS does not support symmetric multi-Region keys',
    );
  }
  return {
    keyId: input.MultiRegion ? `mrk-${randomUUID().replaceAll('-', '')}` : randomUUID(),
    spec,
    material: newMaterial[spec]().toString('base64'),
    policy: policyOf(input),
    description: input.Description,
    tags: input.Tags,
    createdAtMs: nowMs,
    enabled: true,
    deletionAtMs: null,
  };
}

const newMaterial = {
  ECC_NIST_P256: () =>
    generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ type: 'pkcs8', format: 'der' }),
  SYMMETRIC_DEFAULT: () => randomBytes(32),
};

function policyOf({ Policy, BypassPolicyLockoutSafetyCheck }: z.infer<typeof createKey>): string {
  return Policy === undefined ? defaultKeyPolicy : checkedKeyPolicy(Policy, BypassPolicyLockoutSafetyCheck);
}

function setEnabled(key: KmsKey, enabled: boolean): object {
  requireNotPendingDeletion(key);
  key.enabled = enabled;
  return {};
}

function keyMetadata(key: KmsKey): object {
  const pending = key.deletionAtMs !== null;
  return {
    AWSAccountId: localAccount.accountId,
    Arn: localArn('kms', `key/${key.keyId}`),
    KeyId: key.keyId,
    CreationDate: key.createdAtMs / 1000,
    Description: key.description,
    Enabled: key.enabled && !pending,
    KeyState: pending ? 'PendingDeletion' : key.enabled ? 'Enabled' : 'Disabled',
    ...(key.deletionAtMs === null ? {} : { DeletionDate: key.deletionAtMs / 1000 }),
    KeyManager: 'CUSTOMER',
    KeySpec: key.spec,
    CustomerMasterKeySpec: key.spec,
    KeyUsage: keySpecs[key.spec].usage,
    ...keySpecs[key.spec].algorithms,
    MultiRegion: isMultiRegion(key),
    ...(isMultiRegion(key) && {
      MultiRegionConfiguration: {
        MultiRegionKeyType: 'PRIMARY',
        PrimaryKey: { Arn: keyArn(key), Region: localAccount.region },
        ReplicaKeys: [],
      },
    }),
    Origin: 'AWS_KMS',
  };
}
