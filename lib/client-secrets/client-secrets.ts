import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { ArnFormat, Aws, Duration, Names, Stack } from 'aws-cdk-lib';
import { type IRole, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, Code, type FunctionProps, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { assertUsable, type LicenseClientSecretsProps, type RotationNetwork } from './props.ts';
import { RotationAlarms } from './rotation-alarms.ts';
import { RotationRole } from './rotation-role.ts';
import { UsePolicy } from './use-policy.ts';

export type { LicenseClientSecretsProps, RootPublicKey, RotationNetwork } from './props.ts';

/**
 * License keys in the secrets of the application's own account, refreshed by Secrets Manager. The SDK's store makes a secret for
 * each site at run time and attaches `rotation` to it.
 */
export class LicenseClientSecrets extends Construct {
  readonly rotation: LambdaFunction;
  /** for the store of the SDK: `createSecretsManagerStore(new SecretsManager(), { prefix, kmsKeyId, rotation: { functionArn } })` */
  readonly store: { readonly prefix: string; readonly kmsKeyId?: string; readonly functionArn: string };
  readonly #use: UsePolicy;

  /** @throws Error when the props would open too much, or could never work */
  constructor(scope: Construct, id: string, props: LicenseClientSecretsProps) {
    super(scope, id);
    assertUsable(props);
    const { prefix, encryptionKey, network } = props;
    const arnOf = (service: string, resource: string, resourceName: string) =>
      Stack.of(this).formatArn({ service, resource, resourceName, arnFormat: ArnFormat.COLON_RESOURCE_NAME });
    const secrets = arnOf('secretsmanager', 'secret', `${prefix}*`);
    // Named by us: its role names it, and would wait for it otherwise.
    const functionName = nameOf(this);
    const functionArn = arnOf('lambda', 'function', functionName);
    // Not named by us: it outlives the construct, and would be in the way of the next one.
    const logGroup = new LogGroup(this, 'Log', { retention: props.logRetention ?? RetentionDays.THREE_MONTHS });
    const role = new RotationRole(this, 'Role', { ...props, secrets, functionArn, logGroup });
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
      ...placeOf(network),
      environment: {
        LICENSE_ROOT: JSON.stringify(props.roots.map(({ kty, crv, x, y }) => ({ kty, crv, x, y }))),
        LICENSE_PROFILE: props.profile.secretArn,
        ...(network?.proxy && { NODE_USE_ENV_PROXY: '1', HTTPS_PROXY: network.proxy }),
      },
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

function placeOf(network: RotationNetwork | undefined): Pick<FunctionProps, 'vpc' | 'vpcSubnets' | 'securityGroups'> {
  if (!network) return {};
  const { vpc, subnets: vpcSubnets, securityGroups } = network;
  return { vpc, ...(vpcSubnets && { vpcSubnets }), ...(securityGroups && { securityGroups }) };
}

/** Returns a name of at most 64 characters, the same for every deployment of this construct. */
function nameOf(scope: Construct): string {
  const unique = Names.uniqueResourceName(scope, { maxLength: 40, separator: '-' });
  return `license-keys-${unique}-${createHash('sha256').update(scope.node.path).digest('hex').slice(0, 8)}`;
}
