import * as z from 'zod';
import { localArn } from './account.ts';
import { ServiceError } from './service-error.ts';

export const keySpecs = {
  ECC_NIST_P256: { usage: 'SIGN_VERIFY', algorithms: { SigningAlgorithms: ['ECDSA_SHA_256'] } },
  SYMMETRIC_DEFAULT: { usage: 'ENCRYPT_DECRYPT', algorithms: { EncryptionAlgorithms: ['SYMMETRIC_DEFAULT'] } },
} as const;

export type KeyUsage = (typeof keySpecs)[keyof typeof keySpecs]['usage'];

/** A UUID; of a multi-Region key `mrk-` and 32 hexadecimal digits. */
const keyIdForm = z.union([z.uuid(), z.string().regex(/^mrk-[0-9a-f]{32}$/)]);

const kmsKey = z.object({
  keyId: keyIdForm,
  spec: z.enum(['ECC_NIST_P256', 'SYMMETRIC_DEFAULT']),
  /** Base64: PKCS#8 of an asymmetric key, the 32 bytes of a symmetric one. */
  material: z.base64(),
  policy: z.string(),
  description: z.string(),
  tags: z.array(z.object({ TagKey: z.string(), TagValue: z.string() })),
  createdAtMs: z.number(),
  enabled: z.boolean(),
  deletionAtMs: z.number().nullable(),
});

const kmsAlias = z.object({
  name: z.string(),
  keyId: keyIdForm,
  createdAtMs: z.number(),
  updatedAtMs: z.number(),
});

/** Format of KMS in the state file. */
export const kmsState = z.object({ keys: z.array(kmsKey), aliases: z.array(kmsAlias) });

export type KmsKey = z.infer<typeof kmsKey>;
export type KmsAlias = z.infer<typeof kmsAlias>;
export type KmsState = z.infer<typeof kmsState>;

/** How a request names a key; what KMS makes of it, the store says. */
export const keyReference = z.string().min(1).max(2048);

const keyArnPrefix = localArn('kms', 'key/');
const aliasArnPrefix = localArn('kms', 'alias/');

/** A key or an alias of any account and Region. */
const kmsArn = /^arn:aws:kms:[a-z0-9-]+:\d{12}:(key|alias)\/.+$/;

export function isMultiRegion({ keyId }: KmsKey): boolean {
  return keyId.startsWith('mrk-');
}

export function keyArn(key: KmsKey): string {
  return keyArnPrefix + key.keyId;
}

/** Stores keys and aliases; a key is found by id, ARN, alias name or alias ARN. */
export class KmsStore {
  readonly keys = new Map<string, KmsKey>();
  readonly aliases = new Map<string, KmsAlias>();
  readonly now: () => number;

  constructor(now: () => number) {
    this.now = now;
  }

  /** @throws NotFoundException, InvalidArnException */
  find(reference: string): KmsKey {
    const aliasName = reference.startsWith(aliasArnPrefix)
      ? `alias/${reference.slice(aliasArnPrefix.length)}`
      : reference;
    if (!aliasName.startsWith('alias/')) return this.findByKeyId(reference);
    return this.findByKeyId(this.alias(aliasName).keyId);
  }

  /**
   * Finds a key for operations that do not accept an alias.
   *
   * @throws NotFoundException, InvalidArnException
   */
  findByKeyId(reference: string): KmsKey {
    if (reference.startsWith('arn:') && !kmsArn.test(reference))
      throw new ServiceError('InvalidArnException', `'${reference}' is not the ARN of a key.`);
    const keyId = reference.startsWith(keyArnPrefix) ? reference.slice(keyArnPrefix.length) : reference;
    const key = this.keys.get(keyId);
    if (key !== undefined) return key;
    if (!keyIdForm.safeParse(keyId).success)
      throw new ServiceError('NotFoundException', `Invalid keyId '${reference}'`);
    throw new ServiceError('NotFoundException', `Key '${keyArnPrefix}${keyId}' does not exist`);
  }

  /** @throws NotFoundException */
  alias(name: string): KmsAlias {
    const alias = this.aliases.get(name);
    if (alias === undefined) {
      throw new ServiceError('NotFoundException', `Alias ${localArn('kms', name)} is not found.`);
    }
    return alias;
  }

  /**
   * Finds a key that is enabled for this usage.
   *
   * @throws NotFoundException, InvalidKeyUsageException, DisabledException, KMSInvalidStateException
   */
  usable(reference: string, usage: KeyUsage, operationName: string): KmsKey {
    const key = this.find(reference);
    const actual = keySpecs[key.spec].usage;
    if (actual !== usage) {
      const message = `${keyArn(key)} key usage is ${actual} which is not valid for ${operationName}.`;
      throw new ServiceError('InvalidKeyUsageException', message);
    }
    requireEnabled(key);
    return key;
  }
}

/** @throws DisabledException, KMSInvalidStateException */
export function requireEnabled(key: KmsKey): void {
  requireNotPendingDeletion(key);
  if (!key.enabled) throw new ServiceError('DisabledException', `${keyArn(key)} is disabled.`);
}

/** @throws KMSInvalidStateException */
export function requireNotPendingDeletion(key: KmsKey): void {
  if (key.deletionAtMs === null) return;
  throw new ServiceError('KMSInvalidStateException', `${keyArn(key)} is pending deletion.`);
}
