import { StoreError } from './key-store.ts';
import { nameOf } from './replace-current.ts';

const expired = 'the AWS credentials have expired. Get new ones';

const remedies: Readonly<Record<string, (prefix: string) => string>> = {
  AccessDeniedException: prefix =>
    `access denied. Grant this role GetSecretValue, PutSecretValue, UpdateSecretVersionStage, DescribeSecret, CreateSecret, TagResource and RotateSecret on secret:${prefix}*, ListSecrets, InvokeFunction on the rotation function, and the use of their KMS key`,
  ExpiredTokenException: () => expired,
  ExpiredToken: () => expired,
  TokenProviderError: () => expired,
  UnrecognizedClientException: () => 'the AWS credentials are unknown. Check that they belong to this account',
  CredentialsProviderError: () => 'AWS credentials are missing. Give this process a role',
  ENOTFOUND: () => 'the host is unknown. Check the region, and whether this machine reaches a name server',
  ECONNREFUSED: () => 'the connection was refused. Check the endpoint',
  TimeoutError: () => 'it does not answer. Check the route from this network (a VPC endpoint, a proxy)',
  DecryptionFailure: () => 'the KMS key of the secret is unusable. Check whether it is disabled, and its policy',
  InvalidSignatureException: () =>
    'AWS rejects the signature. Check the secret access key, and the clock of this machine',
  InvalidRequestException: () =>
    'a secret is scheduled for deletion (restore it, or use another prefix), or its last rotation is incomplete (it is retried)',
};

/** Runs work on the secrets under a prefix and adds the remedy to known errors. @throws StoreError; other errors unchanged */
export async function explained<T>(prefix: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const remedy = remedyOf(error);
    if (!remedy) throw error;
    throw new StoreError(`The secrets ${prefix}* of AWS Secrets Manager can't be used: ${remedy(prefix)}.`, error);
  }
}

/** Finds the remedy of an error by its name, its code or its message. */
function remedyOf(error: unknown): ((prefix: string) => string) | undefined {
  const { code, message } = Object(error);
  if (String(message).includes('Region is missing'))
    return () => 'the region is missing. Set AWS_REGION, or the region of the client';
  return remedies[nameOf(error)] ?? remedies[String(code)];
}
