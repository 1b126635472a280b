import { Token } from 'aws-cdk-lib';
import type { ISecurityGroup, IVpc, SubnetSelection } from 'aws-cdk-lib/aws-ec2';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import type { ITopic } from 'aws-cdk-lib/aws-sns';

/** A P-256 public key as a JWK. */
export interface RootPublicKey {
  readonly kty: string;
  readonly crv: string;
  readonly x: string;
  readonly y: string;
}

/** A network of yours, for an account without a way to the internet. It has an endpoint of Secrets Manager. */
export interface RotationNetwork {
  readonly vpc: IVpc;
  /** @default the private ones */
  readonly subnets?: SubnetSelection;
  /** @default a new one, which allows all outbound and no inbound traffic */
  readonly securityGroups?: ISecurityGroup[];
  /** proxy for requests to the license server only, such as `http://proxy.example:3128` @default none */
  readonly proxy?: string;
}

export interface LicenseClientSecretsProps {
  /** begins the name of every key's secret, and of no other; ends with `/`: `license-keys/hwf/` */
  readonly prefix: string;
  /** the vendor's Root, as you got it; several only while it rotates */
  readonly roots: readonly RootPublicKey[];
  /** holds `{"url", "keyid", "privateKey"}` of this application; its name must not begin with the prefix */
  readonly profile: ISecret;
  /** encrypts the secrets of keys @default the key of Secrets Manager in this account */
  readonly encryptionKey?: IKey;
  /** topic that receives the alarms @default none: they are visible in CloudWatch only */
  readonly alarmTopic?: ITopic;
  /** @default three months */
  readonly logRetention?: RetentionDays;
  /** where the function runs @default outside of your networks, with the internet before it */
  readonly network?: RotationNetwork;
  /** the folder with the bundled rotation function @default the one of this package */
  readonly bundle?: string;
}

/** Validates the properties before deployment. @throws Error with the remedy, for a setting that grants too much or fails later */
export function assertUsable({ prefix, roots, profile, encryptionKey, network }: LicenseClientSecretsProps): void {
  // Without the end, `keys/hwf` is also the beginning of `keys/hwf-test/…`; a wildcard would be one in the policies too.
  if (!Token.isUnresolved(prefix) && !/^[\w/+=.@-]*[\w+=.@-]\/$/.test(prefix))
    throw new Error(`prefix must be a name that ends with "/", such as license-keys/hwf/, not "${prefix}".`);
  const { secretName } = profile;
  if (!Token.isUnresolved(secretName) && secretName.startsWith(prefix))
    throw new Error(`The profile, ${secretName}, must not be under the prefix of keys: give it another name.`);
  if (roots.length === 0) throw new Error("roots is empty: expected the vendor's Root, as you received it.");
  // They go into the function's environment.
  if (roots.some(root => 'd' in root))
    throw new Error('roots must be public keys: this one has its private half, "d".');
  if (encryptionKey && 'aliasName' in encryptionKey)
    throw new Error('encryptionKey is an alias: expected the key itself, since a policy cannot name an alias.');
  const { proxy } = network ?? {};
  if (proxy !== undefined && !isPlainProxy(proxy))
    throw new Error('proxy is invalid: expected a URL such as http://proxy.example:3128, without user and password.');
}

function isPlainProxy(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, username, password } = new URL(text);
  return /^https?:$/.test(protocol) && !username && !password;
}
