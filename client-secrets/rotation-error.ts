import { ChainError } from '../domain/chain/chain-error.ts';
import { ProblemError } from '../sdk/problem-error.ts';
import { WrongClockError } from '../sdk/server-clock.ts';
import { nameOf } from '../sdk/stores/replace-current.ts';
import { UntrustedVerdictError } from '../sdk/verify-verdict.ts';

/** Why a step of a rotation has failed, with its mend. It is logged: no text of a secret may be in it, nor in a cause. */
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
    'Somebody else has refreshed this site with a copy of its key, and this key is dead. Find out who, then get another one: reissue-key.',
  'key-expired': 'The key ended more than 60 days ago: get another one by reissue-key.',
  'site-suspended': 'The vendor has suspended the site.',
  'site-deleted': 'The site was deleted: forget its key.',
  'signature-invalid':
    "The server does not take this application's signature: is the profile's private key the registered one?",
  'unknown-root':
    'A key stands under a Root that is neither pinned nor announced by one that is: are the roots of the construct the right ones? If its Root was compromised, get another key by reissue-key.',
  AccessDeniedException:
    'The rotation function may not use this secret or the profile: were they made for another construct?',
  ResourceNotFoundException: "The secret, or the profile's value, is not there.",
  DecryptionFailure:
    'The KMS key of the secret, or of the profile, can not be used: is it disabled, or its policy too narrow?',
  'secrets-manager-away':
    'Secrets Manager does not answer: is there a way to it from the network of this function, an endpoint which lets it in?',
  TypeError: 'The license server can not be reached; the current key stays.',
  TimeoutError: 'The license server did not answer in time; the current key stays.',
};

/**
 * Says what has failed without what it failed on: messages of parsers quote what they read, and a refusal, which may come from
 * whatever stands between, what it was sent.
 */
export function rotationErrorOf(error: unknown): RotationError {
  if (error instanceof RotationError) return error;
  const code = codeOf(error);
  return new RotationError(code, remedies[code] ?? answersOf(error));
}

function answersOf(error: unknown): string {
  const isOurs =
    error instanceof ChainError || error instanceof UntrustedVerdictError || error instanceof WrongClockError;
  if (isOurs) return error.message;
  if (error instanceof ProblemError)
    return `The license server, or what stands before it, has answered ${error.status}.`;
  return 'The step failed; Secrets Manager tries again.';
}

/** Codes are words with hyphens. */
const code = /^[a-z]{1,20}(-[a-z]{1,20}){0,4}$/;

function codeOf(error: unknown): string {
  if (error instanceof ProblemError) return code.test(error.code) ? error.code : 'unknown';
  if (error instanceof ChainError || error instanceof UntrustedVerdictError) return error.reason;
  return isOfSecretsManager(error) ? 'secrets-manager-away' : nameOf(error);
}

/** The AWS SDK passes on what the socket says, or its own TimeoutError; `fetch` throws a TypeError, or a DOMException. */
function isOfSecretsManager(error: unknown): boolean {
  if (error instanceof TypeError || error instanceof DOMException) return false;
  const { name, code } = Object(error);
  return name === 'TimeoutError' || /^E[A-Z_]+$/.test(String(code));
}
