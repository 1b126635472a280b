import { ChainError } from '../domain/chain/chain-error.ts';
import { ProblemError } from '../sdk/problem-error.ts';
import { ClockError } from '../sdk/server-clock.ts';
import { nameOf } from '../sdk/stores/replace-current.ts';
import { UntrustedVerdictError } from '../sdk/verify-verdict.ts';

/** Thrown when a step of a rotation fails; the message states the remedy. It is logged, so it contains no text of a secret, nor a cause. */
export class RotationError extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(`${message} (${code})`);
    this.name = 'RotationError';
    this.code = code;
  }
}

const remedies: Readonly<Record<string, string>> = {
  'key-superseded':
    'The key is superseded: another party has refreshed it with a copy. Investigate, then replace it by reissue-key.',
  'key-expired': 'The key expired more than 60 days ago. Replace it by reissue-key.',
  'site-suspended': 'The vendor has suspended the site.',
  'site-deleted': 'The site was deleted. Remove its key.',
  'signature-invalid': "The signature was rejected. Check that the profile's private key is the registered one.",
  'unknown-root':
    'The key was issued under a Root that is neither pinned nor announced by a pinned one. Check the roots of the construct; if the Root was compromised, replace the key by reissue-key.',
  AccessDeniedException: 'Access denied to the secret or the profile. Check whether they belong to another construct.',
  ResourceNotFoundException: "The secret, or the profile's value, does not exist.",
  DecryptionFailure:
    'The KMS key of the secret or the profile is unusable. Check whether it is disabled, and its policy.',
  'secrets-manager-unreachable':
    'Secrets Manager does not answer. Check the route from the network of this function, and the policy of its endpoint.',
  TypeError: 'The license server can not be reached. The current key is kept.',
  TimeoutError: 'The license server did not answer in time. The current key is kept.',
};

/**
 * Maps an error to a RotationError without its data: messages of parsers quote their input, and a refusal, possibly of a proxy,
 * its request.
 */
export function rotationErrorOf(error: unknown): RotationError {
  if (error instanceof RotationError) return error;
  const code = codeOf(error);
  return new RotationError(code, remedies[code] ?? messageOf(error));
}

function messageOf(error: unknown): string {
  const isOurs = error instanceof ChainError || error instanceof UntrustedVerdictError || error instanceof ClockError;
  if (isOurs) return error.message;
  if (error instanceof ProblemError) return `The license server, or a proxy, has answered ${error.status}.`;
  return 'The step failed. Secrets Manager retries it.';
}

/** Format of problem codes: words with hyphens. */
const code = /^[a-z]{1,20}(-[a-z]{1,20}){0,4}$/;

function codeOf(error: unknown): string {
  if (error instanceof ProblemError) return code.test(error.code) ? error.code : 'unknown';
  if (error instanceof ChainError || error instanceof UntrustedVerdictError) return error.reason;
  return isSecretsManagerError(error) ? 'secrets-manager-unreachable' : nameOf(error);
}

/** Whether a network error comes from the AWS SDK (socket errors, TimeoutError) and not from `fetch` (TypeError, DOMException). */
function isSecretsManagerError(error: unknown): boolean {
  if (error instanceof TypeError || error instanceof DOMException) return false;
  const { name, code } = Object(error);
  return name === 'TimeoutError' || /^E[A-Z_]+$/.test(String(code));
}
