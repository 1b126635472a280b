import { CreateAliasCommand, CreateKeyCommand, type CreateKeyCommandInput, type KMSClient } from '@aws-sdk/client-kms';

export const message = Buffer.from('header.payload');

/** A symmetric key, when nothing else is asked for. */
export async function createKey(
  kms: KMSClient,
  input: CreateKeyCommandInput = {},
): Promise<{ KeyId: string; Arn: string }> {
  const { KeyMetadata } = await kms.send(new CreateKeyCommand(input));
  return { KeyId: KeyMetadata?.KeyId ?? '', Arn: KeyMetadata?.Arn ?? '' };
}

export function createSigningKey(kms: KMSClient): Promise<{ KeyId: string; Arn: string }> {
  return createKey(kms, { KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' });
}

/** The input of Sign. */
export function signing(KeyId: string, Message: Uint8Array = message) {
  return { KeyId, Message, MessageType: 'RAW', SigningAlgorithm: 'ECDSA_SHA_256' } as const;
}

export async function createAlias(kms: KMSClient, TargetKeyId: string): Promise<string> {
  const AliasName = `alias/${crypto.randomUUID()}`;
  await kms.send(new CreateAliasCommand({ AliasName, TargetKeyId }));
  return AliasName;
}
