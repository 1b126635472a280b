import { ChainError } from '../domain/chain/chain-error.ts';
import type { PublicJwk } from '../domain/chain/levels.ts';
import { followSuccessors } from '../domain/chain/successors.ts';
import { thumbprintOf } from '../domain/chain/thumbprint.ts';
import { verifyLink } from '../domain/chain/verify-chain.ts';
import type { RootPin } from '../domain/statement/verify-statement.ts';
import { checkSignature } from '../sdk/check-signature.ts';
import type { Answer } from '../sdk/client.ts';

type Trust = Answer<'get-trust'>;

/** How a server's word compares with the Root that somebody has pinned. */
export interface PinCheck {
  readonly thumbprint: string;
  /** undefined: the server does not show the pinned Root */
  readonly shown: Trust['roots'][number] | undefined;
  /** what must be seen to, for a person */
  readonly warnings: readonly string[];
}

/** Believes no thumbprint that the server tells: each is computed from the key. @param at seconds since 1970 */
export async function checkPin(pin: RootPin, trust: Trust, at: number): Promise<PinCheck> {
  const thumbprint = 'jwk' in pin ? await thumbprintOf(pin.jwk) : pin.thumbprint;
  const thumbprints = await Promise.all(trust.roots.map(async ({ jwk }) => await thumbprintOf(jwk)));
  const shown = trust.roots[thumbprints.indexOf(thumbprint)];
  if (!shown)
    return {
      thumbprint,
      shown,
      warnings: [
        `The Root that you have pinned, ${thumbprint}, is not one that this server shows: another stage or region, a pin that missed a rotation, or somebody in between. Trust nothing under the Roots above before the vendor has confirmed them.`,
      ],
    };
  return { thumbprint, shown, warnings: await warningsOf(shown.jwk, trust, at) };
}

async function warningsOf(root: PublicJwk, trust: Trust, at: number): Promise<string[]> {
  const options = { at, checkSignature };
  const announcements = trust.successors.map(({ announcement }) => announcement);
  const pins = await followSuccessors(announcements, { ...options, roots: [root] });
  const warnings: string[] = [];
  const learned = await Promise.all(pins.slice(1).map(thumbprintOf));
  if (learned.length > 0)
    warnings.push(`Your Root has announced ${learned.join(', ')}, and its signature is right: pin that too, in time.`);
  for (const { org, links } of trust.orgs) {
    const [link = ''] = links;
    const fault = await verifyLink(link, 'org-link+jwt', { ...options, roots: pins }).catch((error: unknown) => error);
    if (fault instanceof ChainError)
      warnings.push(`The link of Org ${org} does not stand under your Root (${fault.reason}).`);
  }
  return warnings;
}
