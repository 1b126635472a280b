import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import * as z from 'zod';
import { UsageError } from '../exit.ts';

/** Who calls, and with which private key (PEM): as a deployment keeps its operator, and as you may keep your application. */
const Credential = z.object({ keyid: z.string().min(1), privateKey: z.string().min(1) });
export type Credential = z.infer<typeof Credential>;

const remedies: Readonly<Record<string, (id: string) => string>> = {
  ResourceNotFoundException: id =>
    `there is none of this name in ${regionOf(id) ?? 'the region of AWS_REGION'} and this account: look at the ARN, AWS_REGION and AWS_PROFILE`,
  AccessDeniedException: () => 'you may not read it: you need GetSecretValue on it, and the use of its KMS key',
  ExpiredTokenException: () => 'your AWS credentials have expired: log in again (aws sso login)',
  ExpiredToken: () => 'your AWS credentials have expired: log in again (aws sso login)',
  UnrecognizedClientException: () => 'AWS does not know your credentials: look at AWS_PROFILE',
  InvalidSignatureException: () => 'AWS refuses your credentials: look at AWS_PROFILE and at the clock of this machine',
  CredentialsProviderError: () => 'there are no AWS credentials here: set AWS_PROFILE, or log in (aws sso login)',
  InvalidRequestException: () => 'it is scheduled for deletion: restore it, or name another one',
};

/** @param id ARN, which tells the region too, or name @throws UsageError with the mend */
export async function readCredentialSecret(id: string): Promise<Credential> {
  const text = await secretText(id);
  try {
    return Credential.parse(JSON.parse(text));
  } catch {
    // The parser's own message is left out: it may quote the secret.
    throw new UsageError(`The secret ${id} must hold JSON, {"keyid", "privateKey"}, the key as PEM.`);
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
      ? 'no region is named: set AWS_REGION, or give the ARN'
      : '';
    throw new UsageError(`The secret ${id} can't be read: ${noRegion || (remedies[name]?.(id) ?? message)}.`);
  } finally {
    client.destroy();
  }
}

function regionOf(id: string): string | undefined {
  return /^arn:[a-z-]+:secretsmanager:([a-z0-9-]+):/.exec(id)?.[1];
}
