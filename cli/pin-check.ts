import type { RootPin } from '../domain/billing/statement/verify-statement.ts';
import { ChainError } from '../domain/chain/chain-error.ts';
import { followSuccessors } from '../domain/chain/successors.ts';
import { thumbprintOf } from '../domain/chain/thumbprint.ts';
import { type VerifyOptions, verifyLink } from '../domain/chain/verify-chain.ts';
import { checkSignature } from '../sdk/check-signature.ts';
import type { Answer } from '../sdk/client.ts';

type Trust = Answer<'get-trust'>;
type LinkOptions = VerifyOptions & { readonly at: number };

/** Comparison of the published trust with the pinned Root. */
export interface PinCheck {
  readonly thumbprint: string;
  /** The published pinned Root; undefined when the server does not publish it. */
  readonly shown: Trust['roots'][number] | undefined;
  /** Findings that need action in time. */
  readonly warnings: readonly string[];
  /** Findings that break the trust. */
  readonly faults: readonly string[];
}

/** Compares the published trust with a pin; thumbprints are computed from the keys. @param at seconds since 1970 */
export async function checkPin(pin: RootPin, trust: Trust, at: number): Promise<PinCheck> {
  const thumbprint = 'jwk' in pin ? await thumbprintOf(pin.jwk) : pin.thumbprint;
  const thumbprints = await Promise.all(trust.roots.map(async ({ jwk }) => await thumbprintOf(jwk)));
  const shown = trust.roots[thumbprints.indexOf(thumbprint)];
  if (!shown) return { thumbprint, shown, warnings: [], faults: [notPublished(thumbprint)] };
  if (shown.role === 'next') return { thumbprint, shown, warnings: [nothingYet], faults: [] };
  const options = { at, checkSignature };
  const announcements = trust.successors.map(({ announcement }) => announcement);
  const pins = await followSuccessors(announcements, { ...options, roots: [shown.jwk] });
  const learned = await Promise.all(pins.slice(1).map(thumbprintOf));
  const faults = await Promise.all(trust.orgs.map(async org => await faultsOfOrg(org, { ...options, roots: pins })));
  return { thumbprint, shown, warnings: learned.map(announcedText), faults: faults.flat() };
}

function notPublished(thumbprint: string): string {
  return `The pinned Root ${thumbprint} is not published by this server: it belongs to another stage or region, the pin missed a rotation, or the connection is intercepted. Do not trust the Roots above before the vendor has confirmed them.`;
}

const nothingYet = 'The pinned Root is the next one and certifies nothing yet. Pin the current one too.';

function announcedText(thumbprint: string): string {
  return `The pinned Root has announced ${thumbprint}, with a valid signature. Pin that Root too, in time.`;
}

/** Checks that a link under the Root certifies each current and next key of an Org. */
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
      faults.push(`${whose} is not certified by the pinned Root (${wrong?.reason ?? 'no link'}).`);
    else if (!key || !named.includes(await thumbprintOf(key.jwk)))
      faults.push(`${whose} differs from the one in its link. Do not trust it.`);
  }
  return faults;
}

/** Returns the thumbprint of the key that a link certifies. */
async function keyNamedBy(link: string, options: LinkOptions): Promise<string | ChainError> {
  try {
    return await thumbprintOf((await verifyLink(link, 'org-link+jwt', options)).jwk);
  } catch (error) {
    if (error instanceof ChainError) return error;
    throw error;
  }
}
