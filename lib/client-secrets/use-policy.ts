import { Stack, Validations } from 'aws-cdk-lib';
import { ManagedPolicy, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import * as z from 'zod';

export interface UsePolicyProps {
  /** ARN of all secrets of keys, with a wildcard for their names */
  readonly secrets: string;
  readonly functionArn: string;
  /** that encrypts them; without it they are under the key of Secrets Manager, which needs no right */
  readonly encryptionKeyArn: string | undefined;
}

/** Actions of the SDK's store: it creates, reads and writes the secrets of keys, and attaches this rotation function to them. */
export class UsePolicy extends ManagedPolicy {
  constructor(scope: Construct, id: string, { secrets, functionArn, encryptionKeyArn }: UsePolicyProps) {
    const on = (actions: string[], resources: string[], conditions: Record<string, unknown> = {}) =>
      new PolicyStatement({ actions: actions.map(action => `secretsmanager:${action}`), resources, conditions });
    super(scope, id, {
      description: 'Makes and uses the secrets of license keys',
      statements: [
        on(
          [
            'CreateSecret',
            'DescribeSecret',
            'GetSecretValue',
            'PutSecretValue',
            'TagResource',
            'UpdateSecretVersionStage',
          ],
          [secrets],
        ),
        on(['RotateSecret'], [secrets], { StringEquals: { 'secretsmanager:RotationLambdaARN': functionArn } }),
        on(['ListSecrets'], ['*']),
        new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [functionArn] }),
        ...(encryptionKeyArn ? [useOfKey(encryptionKeyArn)] : []),
      ],
    });
    Validations.of(this).acknowledge({
      id: 'AwsSolutions-IAM5[Resource::*]',
      reason: 'ListSecrets has no resource (AWS service authorization reference); it shows names, no values.',
    });
    acknowledgeSecrets(this, secrets);
  }
}

/** Allows the use of the key through Secrets Manager only, not for other data under the same key. */
export function useOfKey(keyArn: string): PolicyStatement {
  return new PolicyStatement({
    actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
    resources: [keyArn],
    conditions: { StringLike: { 'kms:ViaService': 'secretsmanager.*.amazonaws.com' } },
  });
}

/** @param secrets as in the policy */
export function acknowledgeSecrets(scope: Construct, secrets: string): void {
  Validations.of(scope).acknowledge({
    id: `AwsSolutions-IAM5[Resource::${finding(Stack.of(scope).resolve(secrets))}]`,
    reason:
      'Sites come at run time, each with a secret of its own under this prefix, whose ARN ends with random letters.',
  });
}

const Join = z.object({ 'Fn::Join': z.tuple([z.string(), z.array(z.unknown())]) });
const Ref = z.object({ Ref: z.string() });

/** Returns an ARN as cdk-nag writes it. */
function finding(value: unknown): string {
  const [separator = '', parts] = Join.safeParse(value).data?.['Fn::Join'] ?? [];
  const ref = Ref.safeParse(value).data?.Ref;
  return parts?.map(finding).join(separator) ?? (ref ? `<${ref}>` : String(value));
}
