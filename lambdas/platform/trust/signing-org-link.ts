import type { VerifiedLink } from '../../../domain/chain/parent-cache.ts';
import { thumbprintOf } from '../../../domain/chain/thumbprint.ts';
import type { OrgId } from '../../../domain/kernel/ids.ts';
import { day } from '../../../domain/kernel/time.ts';
import { kmsPublicKey } from '../aws/kms-public-key.ts';
import { perRuntime } from '../kernel/per-runtime.ts';
import type { Runtime } from '../kernel/runtime.ts';
import { createTimedCache } from '../kernel/timed-cache.ts';
import { orgKeyIds } from './key-ids.ts';
import { verifyStoredLink } from './verify-link.ts';

/** A KMS key never changes; a deployment that replaces it starts new instances. */
const cacheSeconds = day;

const kids = perRuntime((runtime: Runtime) => createTimedCache<string>(runtime, cacheSeconds));

/**
 * Returns the first of these links over the key with which this function signs as the Org. While a deployment replaces the key, some
 * instances sign with the old one and some with the new one: each uses its own link, and both links are published.
 * @throws Error when none is over that key
 */
export async function linkOfSigningKey(
  runtime: Runtime,
  org: OrgId,
  orgLinks: readonly string[],
): Promise<{ text: string; link: VerifiedLink }> {
  const keyId = orgKeyIds(runtime, org).current;
  const kid = await kids(runtime).get(keyId, async () => await thumbprintOf(await kmsPublicKey(runtime, keyId)));
  for (const text of orgLinks) {
    const link = await verifyStoredLink(runtime, text, 'org-link+jwt');
    if (link?.kid === kid && link.sub === `org:${org}`) return { text, link };
  }
  throw new Error(`No link of Org ${org} certifies the signing key of this function.`);
}
