import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { ArnFormat, Aws, Duration, Names, Stack } from 'aws-cdk-lib';
import { type IRole, PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Architecture, Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { RotationAlarms } from './rotation-alarms.ts';
import { acknowledgeSecrets, UsePolicy, useOfKey } from './use-policy.ts';

/** A P-256 public key as a JWK. */
export interface RootPublicKey {
  readonly kty: string;
  readonly crv: string;
  readonly x: string;
  readonly y: string;
}

export interface LicenseClientSecretsProps {
  /** begins the name of every key's secret, and of no other: `license-keys/hwf/` */
  readonly prefix: string;
  /** the vendor's Root, as you got it; several only while it rotates */
  readonly roots: readonly RootPublicKey[];
  /** holds `{"url", "keyid", "privateKey"}` of this application; its name must not begin with the prefix */
  readonly profile: ISecret;
  /** encrypts the secrets of keys @default the key of Secrets Manager in this account */
  readonly encryptionKey?: IKey;
  /** hears of alarms @default nobody; they are seen in CloudWatch */
  readonly alarmTopic?: ITopic;
  /** @default three months */
  readonly logRetention?: RetentionDays;
  /** the folder with the bundled rotation function @default the one of this package */
  readonly bundle?: string;
}

/**
 * License keys in the secrets of the application's own account, refreshed by Secrets Manager. The SDK's store makes a secret for
 * each site at run time and attaches `rotation` to it.
 */
export class LicenseClientSecrets extends Construct {
  readonly rotation: LambdaFunction;
  /** for the store of the SDK: `createSecretsManagerStore(new SecretsManager(), { prefix, kmsKeyId, rotation: { functionArn } })` */
  readonly store: { readonly prefix: string; readonly kmsKeyId?: string; readonly functionArn: string };
  readonly #use: UsePolicy;

  constructor(scope: Construct, id: string, props: LicenseClientSecretsProps) {
    super(scope, id);
    const { prefix, encryptionKey } = props;
    const secrets = Stack.of(this).formatArn({
      service: 'secretsmanager',
      resource: 'secret',
      resourceName: `${prefix}*`,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
    // Named by us: its role names it, and would wait for it otherwise.
    const functionName = nameOf(this);
    const functionArn = Stack.of(this).formatArn({
      service: 'lambda',
      resource: 'function',
      resourceName: functionName,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
    const logGroup = new LogGroup(this, 'Log', {
      logGroupName: `/aws/lambda/${functionName}`,
      retention: props.logRetention ?? RetentionDays.THREE_MONTHS,
    });
    const role = new Role(this, 'Role', {
      description: 'Refreshes license keys',
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      inlinePolicies: {
        rotation: new PolicyDocument({
          statements: [
            new PolicyStatement({
              actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
              resources: [logGroup.logGroupArn],
            }),
            ...rightsOf({ ...props, secrets, functionArn }),
          ],
        }),
      },
    });
    acknowledgeSecrets(role, secrets);
    this.rotation = new LambdaFunction(this, 'Rotation', {
      functionName,
      description: 'Refreshes license keys for Secrets Manager',
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      code: Code.fromAsset(props.bundle ?? fileURLToPath(new URL('rotation', import.meta.url))),
      handler: 'index.handler',
      memorySize: 512,
      timeout: Duration.minutes(1),
      role: role.withoutPolicyUpdates(),
      logGroup,
      environment: { LICENSE_ROOT: JSON.stringify(props.roots), LICENSE_PROFILE: props.profile.secretArn },
    });
    this.rotation.addPermission('SecretsManager', {
      principal: new ServicePrincipal('secretsmanager.amazonaws.com'),
      sourceAccount: Aws.ACCOUNT_ID,
    });
    new RotationAlarms(this, 'Alarms', { rotation: this.rotation, logGroup, topic: props.alarmTopic });
    this.#use = new UsePolicy(this, 'Use', { secrets, functionArn, encryptionKeyArn: encryptionKey?.keyArn });
    this.store = { prefix, functionArn, ...(encryptionKey && { kmsKeyId: encryptionKey.keyArn }) };
  }

  /** Lets a role use the SDK's store: it makes, reads and refreshes the keys of its sites, and attaches their rotation. */
  grantUse(role: IRole): void {
    role.addManagedPolicy(this.#use);
  }
}

interface Scope extends LicenseClientSecretsProps {
  readonly secrets: string;
  readonly functionArn: string;
}

/** Only secrets that this function rotates, however they are named; of the profile only its value. */
function rightsOf({ secrets, functionArn, profile, encryptionKey }: Scope): PolicyStatement[] {
  const keys = [encryptionKey, profile.encryptionKey].flatMap(key => (key ? [key.keyArn] : []));
  return [
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
  ];
}

/** At most 64 characters, the same for every deployment of this construct. */
function nameOf(scope: Construct): string {
  const unique = Names.uniqueResourceName(scope, { maxLength: 40, separator: '-' });
  return `license-keys-${unique}-${createHash('sha256').update(scope.node.path).digest('hex').slice(0, 8)}`;
}
