import { Aws, Duration } from 'aws-cdk-lib';
import { AnyPrincipal, PolicyDocument, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import { removalPolicy } from '../removal.ts';
import type { StageSettings } from '../stages.ts';
import { managementStatement } from './management-statement.ts';

/** Actions that each service performs on behalf of its caller, by the documentation of the service. */
const uses = {
  dynamodb: [
    'kms:Decrypt',
    'kms:DescribeKey',
    'kms:Encrypt',
    'kms:GenerateDataKey',
    'kms:GenerateDataKeyWithoutPlaintext',
    'kms:ReEncryptFrom',
    'kms:ReEncryptTo',
  ],
  secretsmanager: ['kms:Decrypt', 'kms:DescribeKey', 'kms:GenerateDataKey'],
  sns: ['kms:Decrypt', 'kms:GenerateDataKey'],
  sqs: ['kms:Decrypt', 'kms:GenerateDataKey'],
  s3: ['kms:Decrypt', 'kms:GenerateDataKey'],
} as const;

/**
 * A symmetric key that encrypts the data of one AWS service. A principal with access to a resource of that service uses the key through
 * it; direct use is denied. So no role needs a right on the key, and none can decrypt data that it has no access to.
 */
export class ServiceKey extends Key {
  /** @param service as in `kms:ViaService`, such as `dynamodb` */
  constructor(scope: Construct, id: string, stage: StageSettings, service: keyof typeof uses) {
    const throughService = {
      StringEquals: {
        'kms:CallerAccount': Aws.ACCOUNT_ID,
        'kms:ViaService': `${service}.${stage.region}.${Aws.URL_SUFFIX}`,
      },
    };
    const use = new PolicyStatement({
      sid: 'UseThroughService',
      principals: [new AnyPrincipal()],
      actions: [...uses[service]],
      resources: ['*'],
      conditions: throughService,
    });
    const grant = new PolicyStatement({
      sid: 'ServiceTakesGrants',
      principals: [new AnyPrincipal()],
      actions: ['kms:CreateGrant'],
      resources: ['*'],
      conditions: { ...throughService, Bool: { 'kms:GrantIsForAWSResource': 'true' } },
    });
    super(scope, id, {
      description: `License server (${stage.name}): encrypts in ${service}`,
      enableKeyRotation: true,
      pendingWindow: Duration.days(stage.removal === 'destroy' ? 7 : 30),
      removalPolicy: removalPolicy(stage),
      policy: new PolicyDocument({
        statements: [managementStatement(), use, ...(service === 'dynamodb' ? [grant] : [])],
      }),
    });
  }
}
