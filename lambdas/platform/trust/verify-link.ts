import { ChainError } from '../../../domain/chain/chain-error.ts';
import type { LinkType, SuccessorType } from '../../../domain/chain/levels.ts';
import type { VerifiedLink } from '../../../domain/chain/parent-cache.ts';
import { verifyLink } from '../../../domain/chain/verify-chain.ts';
import { checkSignature } from '../kernel/check-signature.ts';
import type { Runtime } from '../kernel/runtime.ts';
import { pinnedChainVerifier } from './chain-verifier.ts';

/** Verifies a link under the pinned Roots. @returns undefined when it has expired or is not genuine */
export async function verifyStoredLink(
  runtime: Runtime,
  chain: string,
  type: LinkType | SuccessorType,
): Promise<VerifiedLink | undefined> {
  const { roots } = pinnedChainVerifier(runtime);
  try {
    return await verifyLink(chain, type, { roots, at: runtime.now(), checkSignature });
  } catch (error) {
    if (error instanceof ChainError) return undefined;
    throw error;
  }
}

/** A verified link and its text. */
export interface VerifiedLinkText {
  readonly text: string;
  readonly link: VerifiedLink;
}

/** Returns the links that are signed by a pinned Root and have not expired. */
export async function verifyLinks(
  runtime: Runtime,
  texts: readonly string[],
  type: LinkType | SuccessorType,
): Promise<readonly VerifiedLinkText[]> {
  const all = await Promise.all(texts.map(async text => ({ text, link: await verifyStoredLink(runtime, text, type) })));
  return all.flatMap(({ text, link }) => (link ? [{ text, link }] : []));
}
