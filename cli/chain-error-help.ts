import type { ChainError, ChainReason } from '../domain/chain/chain-error.ts';

const remedies: Readonly<Record<ChainReason, string>> = {
  malformed: 'It is damaged: was it copied whole, without line breaks?',
  'wrong-type': 'It is genuine in no way as what it says it is: get it anew from where it was issued.',
  'unknown-root':
    'It stands under another Root than the one that you have pinned. Is it of another stage, or was the Root replaced? "license-server trust show --root <file>" compares the pin with a server.',
  'broken-chain': 'Its parts do not belong together: get it anew from where it was issued.',
  'bad-signature': 'It was changed after it was signed, or forged: get it anew from where it was issued.',
  'outlives-parent': 'It was not issued by a license server: get it anew from where it was issued.',
  'not-yet-valid': "Is this machine's clock right?",
  expired: 'A key is refreshed by refresh-key, for 60 days after its end too.',
};

/** Why it is refused, and the mend. */
export function chainErrorText({ reason, message }: ChainError): string {
  return `REFUSED (${reason}): ${message}.\n  ${remedies[reason]}`;
}
