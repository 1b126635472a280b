import { Validations } from 'aws-cdk-lib';
import { Effect, PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import type { LicenseClientSecretsProps } from './props.ts';
import { acknowledgeSecrets, useOfKey } from './use-policy.ts';

export interface RotationRoleProps extends LicenseClientSecretsProps {
  /** ARN of all secrets of keys, with a wildcard for their names */
  readonly secrets: string;
  readonly functionArn: string;
  readonly logGroup: LogGroup;
}

/** Returns the rights of the rotation function: the secrets that it rotates, and the value of the profile. */
export class RotationRole extends Role {
  constructor(scope: Construct, id: string, props: RotationRoleProps) {
    super(scope, id, {
      description: 'Refreshes license keys',
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      inlinePolicies: { rotation: new PolicyDocument({ statements: rightsOf(props) }) },
    });
    acknowledgeSecrets(this, props.secrets);
    if (props.network)
      Validations.of(this).acknowledge({
        id: 'AwsSolutions-IAM5[Resource::*]',
        reason:
          'Lambda makes the network interfaces of a function by its role, under ids of its own; the code may not.',
      });
  }
}

function rightsOf(props: RotationRoleProps): PolicyStatement[] {
  const { secrets, functionArn, profile, encryptionKey, logGroup } = props;
  const keys = [encryptionKey, profile.encryptionKey].flatMap(key => (key ? [key.keyArn] : []));
  return [
    new PolicyStatement({
      actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      resources: [logGroup.logGroupArn],
    }),
    new PolicyStatement({
      actions: ['DescribeSecret', 'GetSecretValue', 'PutSecretValue', 'UpdateSecretVersionStage'].map(
        action => `secretsmanager:${action}`,
      ),
      resources: [secrets],
      conditions: { StringEquals: { 'secretsmanager:resource/AllowRotationLambdaArn': functionArn } },
    }),
    new PolicyStatement({
      actions: ['secretsmanager:GetSecretValue'],
      resources: [profile.secretFullArn ?? `${profile.secretArn}-??????`],
    }),
    ...[...new Set(keys)].map(useOfKey),
    ...(props.network ? placeInNetwork(functionArn) : []),
  ];
}

/** Returns the rights of the Lambda service in a VPC (AWS Lambda developer guide, "Giving Lambda functions access to resources in an Amazon VPC"). */
function placeInNetwork(functionArn: string): PolicyStatement[] {
  const actions = [
    'ec2:CreateNetworkInterface',
    'ec2:DescribeNetworkInterfaces',
    'ec2:DescribeSubnets',
    'ec2:DeleteNetworkInterface',
    'ec2:AssignPrivateIpAddresses',
    'ec2:UnassignPrivateIpAddresses',
  ];
  const byCode = { ArnEquals: { 'lambda:SourceFunctionArn': functionArn } };
  return [
    new PolicyStatement({ actions, resources: ['*'] }),
    new PolicyStatement({ effect: Effect.DENY, actions, resources: ['*'], conditions: byCode }),
  ];
}
