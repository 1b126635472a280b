import { Duration } from 'aws-cdk-lib';
import { type IRole, PolicyDocument, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Key, KeySpec, KeyUsage } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import { removalPolicy } from '../removal.ts';
import type { StageSettings } from '../stages.ts';
import { managementStatement } from '../store/management-statement.ts';

export interface SigningKeyProps {
  readonly stage: StageSettings;
  /** after `license-server/<stage>/` */
  readonly alias: string;
  readonly description: string;
  /** the only roles that sign with it; none for a key that signs not yet, or no more */
  readonly signers: readonly IRole[];
  readonly readers: readonly IRole[];
}

/** The only way in which we sign (lambdas/adapters/kms-signing.ts): the message itself, never a digest that somebody computed. */
const asWeSign = { StringEquals: { 'kms:SigningAlgorithm': 'ECDSA_SHA_256', 'kms:MessageType': 'RAW' } };

/**
 * A key of the chain of trust, ECC_NIST_P256. Its policy alone says who uses it, by role, and the account's administrators are not
 * among them; so the roles carry no statement about it, and no IAM policy can widen who signs.
 */
export class SigningKey extends Key {
  constructor(scope: Construct, id: string, { stage, alias, description, signers, readers }: SigningKeyProps) {
    const sign = new PolicyStatement({
      sid: 'Sign',
      principals: [...signers],
      actions: ['kms:Sign'],
      resources: ['*'],
      conditions: asWeSign,
    });
    const read = new PolicyStatement({
      sid: 'ReadPublicKey',
      principals: [...readers],
      actions: ['kms:GetPublicKey'],
      resources: ['*'],
    });
    super(scope, id, {
      description,
      alias: `license-server/${stage.name}/${alias}`,
      keySpec: KeySpec.ECC_NIST_P256,
      keyUsage: KeyUsage.SIGN_VERIFY,
      pendingWindow: Duration.days(stage.removal === 'destroy' ? 7 : 30),
      removalPolicy: removalPolicy(stage),
      policy: new PolicyDocument({ statements: [managementStatement(), ...(signers.length > 0 ? [sign] : []), read] }),
    });
  }
}
