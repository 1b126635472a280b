import { CreateAliasCommand, CreateKeyCommand, DescribeKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';

/** Creates a signing key with an alias, as the stack does; keeps an existing one. @returns its ARN */
export async function ensureSigningKey(alias: string): Promise<string> {
  const kms = new KMSClient({});
  const AliasName = `alias/license-server/local/${alias}`;
  try {
    return arnOf((await kms.send(new DescribeKeyCommand({ KeyId: AliasName }))).KeyMetadata);
  } catch (error) {
    if (!isNamed(error, 'NotFoundException')) throw error;
    const { KeyMetadata } = await kms.send(
      new CreateKeyCommand({
        KeySpec: 'ECC_NIST_P256',
        KeyUsage: 'SIGN_VERIFY',
        MultiRegion: true,
        Description: alias,
      }),
    );
    const arn = arnOf(KeyMetadata);
    await kms.send(new CreateAliasCommand({ AliasName, TargetKeyId: arn }));
    return arn;
  } finally {
    kms.destroy();
  }
}

/** Creates a secret without a value, as the stack does. */
export async function ensureSecret(Name: string): Promise<void> {
  const secrets = new SecretsManagerClient({});
  try {
    await secrets.send(new CreateSecretCommand({ Name }));
  } catch (error) {
    if (!isNamed(error, 'ResourceExistsException')) throw error;
  } finally {
    secrets.destroy();
  }
}

function arnOf(metadata: { Arn?: string | undefined } | undefined): string {
  if (!metadata?.Arn) throw new Error('KMS returned no key');
  return metadata.Arn;
}

function isNamed(error: unknown, name: string): boolean {
  return error instanceof Error && error.name === name;
}
