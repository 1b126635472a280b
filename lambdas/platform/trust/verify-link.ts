import { ChainError } from '../../../domain/chain/chain-error.ts';
import type { LinkType, SuccessorType } from '../../../domain/chain/levels.ts';
import type { VerifiedLink } from '../../../domain/chain/parent-cache.ts';
import { verifyLink } from '../../../domain/chain/verify-chain.ts';
import { checkSignature } from '../kernel/check-signature.ts';
import type { Runtime } from '../kernel/runtime.ts';
import { pinnedChainVerifier } from './chain-verifier.ts';

/** @returns undefined when the link has ended or is not ours */
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

/** A link as text, and what it says. */
export interface ProvenLink {
  readonly text: string;
  readonly link: VerifiedLink;
}

/** Those that stand under a pinned Root and have not ended. */
export async function provenLinks(
  runtime: Runtime,
  texts: readonly string[],
  type: LinkType | SuccessorType,
): Promise<readonly ProvenLink[]> {
  const all = await Promise.all(texts.map(async text => ({ text, link: await verifyStoredLink(runtime, text, type) })));
  return all.flatMap(({ text, link }) => (link ? [{ text, link }] : []));
}
