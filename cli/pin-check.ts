import type { RootPin } from '../domain/billing/statement/verify-statement.ts';
import { ChainError } from '../domain/chain/chain-error.ts';
import { followSuccessors } from '../domain/chain/successors.ts';
import { thumbprintOf } from '../domain/chain/thumbprint.ts';
import { type VerifyOptions, verifyLink } from '../domain/chain/verify-chain.ts';
import { checkSignature } from '../sdk/check-signature.ts';
import type { Answer } from '../sdk/client.ts';

type Trust = Answer<'get-trust'>;
type LinkOptions = VerifyOptions & { readonly at: number };

/** How a server's word compares with the Root that somebody has pinned. */
export interface PinCheck {
  readonly thumbprint: string;
  /** undefined: the server does not show the pinned Root */
  readonly shown: Trust['roots'][number] | undefined;
  /** what must be seen to in time, for a person */
  readonly warnings: readonly string[];
  /** what is not as it must be */
  readonly faults: readonly string[];
}

/** Believes no thumbprint that the server tells: each is computed from the key. @param at seconds since 1970 */
export async function checkPin(pin: RootPin, trust: Trust, at: number): Promise<PinCheck> {
  const thumbprint = 'jwk' in pin ? await thumbprintOf(pin.jwk) : pin.thumbprint;
  const thumbprints = await Promise.all(trust.roots.map(async ({ jwk }) => await thumbprintOf(jwk)));
  const shown = trust.roots[thumbprints.indexOf(thumbprint)];
  if (!shown) return { thumbprint, shown, warnings: [], faults: [notShown(thumbprint)] };
  if (shown.role === 'next') return { thumbprint, shown, warnings: [nothingYet], faults: [] };
  const options = { at, checkSignature };
  const announcements = trust.successors.map(({ announcement }) => announcement);
  const pins = await followSuccessors(announcements, { ...options, roots: [shown.jwk] });
  const learned = await Promise.all(pins.slice(1).map(thumbprintOf));
  const faults = await Promise.all(trust.orgs.map(async org => await faultsOfOrg(org, { ...options, roots: pins })));
  return { thumbprint, shown, warnings: learned.map(announcedText), faults: faults.flat() };
}

function notShown(thumbprint: string): string {
  return `The Root that you have pinned, ${thumbprint}, is not one that this server shows: another stage or region, a pin that missed a rotation, or somebody in between. Trust nothing under the Roots above before the vendor has confirmed them.`;
}

const nothingYet =
  'Nothing stands under the Root that you have pinned before it is the current one: pin the current one beside it.';

function announcedText(thumbprint: string): string {
  return `Your Root has announced ${thumbprint}, and its signature is right: pin that too, in time.`;
}

/** Each key of an Org that signs, or will, is one that a link under the Root names. */
async function faultsOfOrg({ org, links, nextLink, keys }: Trust['orgs'][number], options: LinkOptions) {
  const faults: string[] = [];
  for (const [role, texts] of [
    ['current', links],
    ['next', nextLink === undefined ? [] : [nextLink]],
  ] as const) {
    const key = keys.find(one => one.role === role);
    if (!key && role === 'next') continue;
    const named = await Promise.all(texts.map(async link => await keyNamedBy(link, options)));
    const whose = `The ${role} key of Org ${org}`;
    const wrong = named.find(one => typeof one !== 'string');
    if (named.every(one => typeof one !== 'string'))
      faults.push(`${whose} does not stand under your Root (${wrong?.reason ?? 'no link'}).`);
    else if (!key || !named.includes(await thumbprintOf(key.jwk)))
      faults.push(`${whose} that is shown is not the one that its link names: do not trust it.`);
  }
  return faults;
}

/** @returns thumbprint */
async function keyNamedBy(link: string, options: LinkOptions): Promise<string | ChainError> {
  try {
    return await thumbprintOf((await verifyLink(link, 'org-link+jwt', options)).jwk);
  } catch (error) {
    if (error instanceof ChainError) return error;
    throw error;
  }
}
