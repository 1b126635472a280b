import type { ChainError, ChainReason } from '../domain/chain/chain-error.ts';

const remedies: Readonly<Record<ChainReason, string>> = {
  malformed: 'The token is damaged. Check that it was copied completely, without line breaks.',
  'wrong-type': 'The token type does not match its content. Request a new one from the issuer.',
  'unknown-root':
    'The token was issued under another Root than the pinned one: it belongs to another stage, or the Root was replaced. Compare the pin with a server by "license-server trust show --root <file>".',
  'broken-chain': 'The parts of the token do not belong together. Request a new one from the issuer.',
  'bad-signature': 'The token was changed after it was signed, or is forged. Request a new one from the issuer.',
  'outlives-parent': 'The token was not issued by a license server. Request a new one from the issuer.',
  'not-yet-valid': 'Check the clock of this machine.',
  expired: 'Refresh the key by refresh-key, at most 60 days after its expiry.',
};

/** Describes why a token is refused, and the remedy. */
export function chainErrorText({ reason, message }: ChainError): string {
  return `REFUSED (${reason}): ${message}.\n  ${remedies[reason]}`;
}
