import { Duration } from 'aws-cdk-lib';
import { PolicyDocument } from 'aws-cdk-lib/aws-iam';
import { Key, KeySpec, KeyUsage } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import { signingKeyStatements } from '../../lambdas/platform/kernel/signing-key-policy.ts';
import type { RoleKind } from '../functions/role-kind.ts';
import { accountArn, rolesArn } from '../names.ts';
import { removalPolicy } from '../removal.ts';
import type { StageSettings } from '../stages.ts';

export interface SigningKeyProps {
  readonly stage: StageSettings;
  /** after `license-server/<stage>/` */
  readonly alias: string;
  readonly description: string;
  /** the only roles that sign with it, by their path @default no role: a key that does not sign yet, or no more */
  readonly signers?: RoleKind;
}

/**
 * A key of the chain of trust, ECC_NIST_P256. Its policy lets one path of roles sign, and IAM names the exact right of each role: both
 * must allow it. The account's administrators may manage the key, not use it.
 */
export class SigningKey extends Key {
  constructor(scope: Construct, id: string, { stage, alias, description, signers }: SigningKeyProps) {
    const statements = signingKeyStatements({
      account: accountArn(scope),
      roles: rolesArn(scope, stage.name),
      ...(signers && { signers: rolesArn(scope, stage.name, signers) }),
    });
    super(scope, id, {
      description,
      alias: `license-server/${stage.name}/${alias}`,
      keySpec: KeySpec.ECC_NIST_P256,
      keyUsage: KeyUsage.SIGN_VERIFY,
      // It can never become so later (docs/adr/0017-signing-keys-are-multi-region-primaries.md).
      multiRegion: true,
      pendingWindow: Duration.days(stage.removal === 'destroy' ? 7 : 30),
      removalPolicy: removalPolicy(stage),
      policy: PolicyDocument.fromJson({ Version: '2012-10-17', Statement: statements }),
    });
  }
}
