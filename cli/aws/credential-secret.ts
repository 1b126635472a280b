import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import * as z from 'zod';
import { UsageError } from '../exit.ts';

/** Keyid and private key (PEM) of a caller: as a deployment stores its operator, and as you may store your application. */
const Credential = z.object({ keyid: z.string().min(1), privateKey: z.string().min(1) });
export type Credential = z.infer<typeof Credential>;

const remedies: Readonly<Record<string, (id: string) => string>> = {
  ResourceNotFoundException: id =>
    `it does not exist in ${regionOf(id) ?? 'the region of AWS_REGION'} and this account. Check the ARN, AWS_REGION and AWS_PROFILE`,
  AccessDeniedException: () => 'access denied. You need GetSecretValue on it, and the use of its KMS key',
  ExpiredTokenException: () => 'your AWS credentials have expired. Log in again (aws sso login)',
  ExpiredToken: () => 'your AWS credentials have expired. Log in again (aws sso login)',
  UnrecognizedClientException: () => 'AWS does not know your credentials. Check AWS_PROFILE',
  InvalidSignatureException: () => 'AWS rejects your credentials. Check AWS_PROFILE and the clock of this machine',
  CredentialsProviderError: () => 'AWS credentials are missing. Set AWS_PROFILE, or log in (aws sso login)',
  InvalidRequestException: () => 'it is scheduled for deletion. Restore it, or use another one',
};

/** Reads a credential from Secrets Manager. @param id ARN, which includes the region, or name @throws UsageError with the remedy */
export async function readCredentialSecret(id: string): Promise<Credential> {
  const text = await secretText(id);
  try {
    return Credential.parse(JSON.parse(text));
  } catch {
    // The parser's own message is left out: it may quote the secret.
    throw new UsageError(`The secret ${id} is invalid: expected JSON, {"keyid", "privateKey"}, with the key as PEM.`);
  }
}

async function secretText(id: string): Promise<string> {
  const region = regionOf(id);
  const client = new SecretsManagerClient(region === undefined ? {} : { region });
  try {
    return (await client.send(new GetSecretValueCommand({ SecretId: id }))).SecretString ?? '';
  } catch (error) {
    const { name, message } = error instanceof Error ? error : new Error(String(error));
    const noRegion = /^Region (is missing|not accepted)/.test(message)
      ? 'the region is missing. Set AWS_REGION, or use the ARN'
      : '';
    throw new UsageError(`The secret ${id} can't be read: ${noRegion || (remedies[name]?.(id) ?? message)}.`);
  } finally {
    client.destroy();
  }
}

function regionOf(id: string): string | undefined {
  return /^arn:[a-z-]+:secretsmanager:([a-z0-9-]+):/.exec(id)?.[1];
}
