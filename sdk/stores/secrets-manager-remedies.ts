import { StoreUnusableError } from './key-store.ts';
import { nameOf } from './replace-current.ts';

const expired = 'the AWS credentials have expired: get new ones';

const remedies: Readonly<Record<string, (prefix: string) => string>> = {
  AccessDeniedException: prefix =>
    `this role may not: grant it GetSecretValue, PutSecretValue, UpdateSecretVersionStage, DescribeSecret, CreateSecret, TagResource and RotateSecret on secret:${prefix}*, ListSecrets, InvokeFunction on the rotation function, and the use of their KMS key`,
  ExpiredTokenException: () => expired,
  ExpiredToken: () => expired,
  TokenProviderError: () => expired,
  UnrecognizedClientException: () => 'AWS does not know these credentials: are they of this account?',
  CredentialsProviderError: () => 'there are no AWS credentials here: give this process a role',
  ENOTFOUND: () => 'no such host is known: is the region right, and does this machine reach a name server?',
  ECONNREFUSED: () => 'nobody listens there: is the endpoint right?',
  TimeoutError: () => 'it does not answer: is there a way to it from this network (an endpoint of the VPC, a proxy)?',
  DecryptionFailure: () => 'the KMS key of the secret can not be used: is it disabled, or its policy too narrow?',
  InvalidSignatureException: () =>
    'AWS does not take the signature: is the secret access key right, and the clock of this machine?',
  InvalidRequestException: () =>
    'a secret is scheduled for deletion (restore it, or use another prefix), or its last rotation is not complete (it is tried again)',
};

/** Says how to mend what keeps the secrets under a prefix from their use. @throws StoreUnusable; what it has no mend for, as it came */
export async function explained<T>(prefix: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const mend = remedyOf(error);
    if (!mend) throw error;
    throw new StoreUnusableError(
      `The secrets ${prefix}* of AWS Secrets Manager can't be used: ${mend(prefix)}.`,
      error,
    );
  }
}

/** Faults of a configuration that come without a name of their own. */
function remedyOf(error: unknown): ((prefix: string) => string) | undefined {
  const { code, message } = Object(error);
  if (String(message).includes('Region is missing'))
    return () => 'no region is set: set AWS_REGION, or give the client one';
  return remedies[nameOf(error)] ?? remedies[String(code)];
}
