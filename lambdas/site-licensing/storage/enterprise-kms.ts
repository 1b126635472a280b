import {
  CreateAliasCommand,
  CreateKeyCommand,
  DescribeKeyCommand,
  DisableKeyCommand,
  ScheduleKeyDeletionCommand,
} from '@aws-sdk/client-kms';
import type { EnterpriseId } from '../../../domain/kernel/ids.ts';
import { tryAgain } from '../../platform/aws/aws-fault.ts';
import { kms, kmsOnce } from '../../platform/aws/kms-signing.ts';
import { perRuntime } from '../../platform/kernel/per-runtime.ts';
import type { Runtime } from '../../platform/kernel/runtime.ts';
import { enterpriseAlias } from '../../platform/trust/enterprise-alias.ts';
import { enterpriseKeyPolicy } from './enterprise-key-policy.ts';

/** Creates and disables the KMS keys of an enterprise. */
export interface EnterpriseKms {
  /** returns the key under the alias of this generation, or creates it; a key that lost the race for the alias is scheduled for deletion */
  establish(id: EnterpriseId, generation: number): Promise<string>;
  /** KMS refuses every use of it from then on; an administrator of the account can enable it again */
  disable(kmsKey: string): Promise<void>;
}

/** The shortest waiting period of KMS: the key never signed anything. */
const loserWaitDays = 7;

/** CreateKey is not idempotent, CreateAlias is unique: the alias decides which key is the enterprise's (docs/rules.md 4). */
export const aliasedEnterpriseKms = perRuntime(
  (runtime: Runtime): EnterpriseKms => ({
    async establish(id, generation) {
      const alias = enterpriseAlias(runtime, id, generation);
      const known = await keyUnder(runtime, alias);
      if (known) return known;
      const { KeyMetadata } = await kmsOnce(runtime).send(
        new CreateKeyCommand({
          KeySpec: 'ECC_NIST_P256',
          KeyUsage: 'SIGN_VERIFY',
          MultiRegion: true,
          Description: `License server: signs the keys of enterprise ${id}`,
          Policy: enterpriseKeyPolicy(runtime),
          // KMS requires that the caller could change the policy; that is left to the administrators of the account.
          BypassPolicyLockoutSafetyCheck: true,
        }),
      );
      if (!KeyMetadata?.KeyId || !KeyMetadata.Arn) throw new Error('KMS returned no key.');
      if (await tookAlias(runtime, alias, KeyMetadata.KeyId)) return KeyMetadata.Arn;
      const winner = await keyUnder(runtime, alias);
      // KMS is eventually consistent: while the alias does not resolve to another key, it may belong to this one, which must stay.
      if (!winner) throw tryAgain();
      if (winner === KeyMetadata.Arn) return winner;
      await retire(runtime, KeyMetadata.KeyId);
      return winner;
    },
    async disable(KeyId) {
      await kms(runtime).send(new DisableKeyCommand({ KeyId }));
    },
  }),
);

async function keyUnder(runtime: Runtime, alias: string): Promise<string | undefined> {
  try {
    return (await kms(runtime).send(new DescribeKeyCommand({ KeyId: alias }))).KeyMetadata?.Arn;
  } catch (error) {
    if (error instanceof Error && error.name === 'NotFoundException') return undefined;
    throw error;
  }
}

/** Creates the alias. @returns false when it exists: for another key, or for this one after a lost reply */
async function tookAlias(runtime: Runtime, AliasName: string, TargetKeyId: string): Promise<boolean> {
  try {
    await kms(runtime).send(new CreateAliasCommand({ AliasName, TargetKeyId }));
    return true;
  } catch (error) {
    if (error instanceof Error && error.name === 'AlreadyExistsException') return false;
    throw error;
  }
}

/** Schedules the deletion of a key; one that is pending deletion already was retired by an attempt whose reply was lost. */
async function retire(runtime: Runtime, KeyId: string): Promise<void> {
  try {
    await kms(runtime).send(new ScheduleKeyDeletionCommand({ KeyId, PendingWindowInDays: loserWaitDays }));
  } catch (error) {
    if (!(error instanceof Error && error.name === 'KMSInvalidStateException')) throw error;
  }
}
