import { ChainError } from './chain-error.ts';
import type { PublicJwk } from './levels.ts';
import { thumbprintOf } from './thumbprint.ts';
import { type VerifyOptions, verifyLink } from './verify-chain.ts';

/**
 * Verifies, offline, that a pinned Root has named this key as the one that follows it (get-trust: `successors`).
 * @returns the key to pin beside it
 * @throws ChainError with the reason
 */
export async function verifySuccessor(announcement: string, options: VerifyOptions): Promise<PublicJwk> {
  return (await verifyLink(announcement, 'root-successor+jwt', options)).jwk;
}

/**
 * Follows every announcement that leads on from the pinned Roots, over several generations too. One that does not is left out, so it
 * does no harm to be handed anything.
 * @returns the pinned Roots, then those that were learned
 */
export async function followSuccessors(
  announcements: readonly string[],
  { roots, ...options }: VerifyOptions,
): Promise<PublicJwk[]> {
  return (await followAnnouncements(announcements, { roots, ...options })).roots;
}

/** Verifies as `verifySuccessor`, and also returns the announcements that were followed, so that the path can be verified again. */
export async function followAnnouncements(
  announcements: readonly string[],
  { roots, ...options }: VerifyOptions,
): Promise<{ readonly roots: PublicJwk[]; readonly followed: readonly string[] }> {
  const pins = new Map(await Promise.all(roots.map(async jwk => [await thumbprintOf(jwk), jwk] as const)));
  const followed = new Set<string>();
  for (let known = 0; known < pins.size; ) {
    known = pins.size;
    for (const announcement of announcements) {
      const learned = await successorOf(announcement, { ...options, roots: [...pins.values()] });
      if (!learned) continue;
      followed.add(announcement);
      pins.set(await thumbprintOf(learned), learned);
    }
  }
  return { roots: [...pins.values()], followed: [...followed] };
}

async function successorOf(announcement: string, options: VerifyOptions): Promise<PublicJwk | undefined> {
  try {
    return await verifySuccessor(announcement, options);
  } catch (error) {
    if (error instanceof ChainError) return undefined;
    throw error;
  }
}
