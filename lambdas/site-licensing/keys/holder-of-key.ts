import type { LeafClaims } from '../../../domain/chain/levels.ts';
import type { Caller } from '../../../domain/identity/policy.ts';
import { policyNames, seesEnterprise, seesKeysOf } from '../../../domain/identity/visibility.ts';
import { siteIdOf } from '../../../domain/kernel/ids.ts';
import type { Seconds } from '../../../domain/kernel/time.ts';
import { holderOfEnterpriseKey } from '../../../domain/site-licensing/enterprise.ts';
import type { KeyHolder } from '../../../domain/site-licensing/refresh.ts';
import { holderOf, siteAt } from '../../../domain/site-licensing/site.ts';
import type { Enterprises } from '../storage/enterprises.ts';
import type { Sites } from '../storage/sites.ts';

interface Ports {
  readonly sites: Sites;
  readonly enterprises: Enterprises;
}

/** Returns whether a genuine key is visible to the caller; the holder of an invisible one is not read. */
export async function maySeeKey(claims: LeafClaims, caller: Caller, { enterprises }: Ports): Promise<boolean> {
  if (claims.org !== caller.org || !seesKeysOf(caller, claims.app)) return false;
  if (policyNames(caller, claims.ent)) return true;
  const enterprise = await enterprises.find(claims.ent);
  return enterprise !== undefined && seesEnterprise(caller, enterprise);
}

/** Reads the holder of a genuine key as it is at a time, and whether its enterprise is suspended, in parallel. */
export async function factsOf(
  claims: LeafClaims,
  at: Seconds,
  ports: Ports,
): Promise<[KeyHolder | undefined, boolean]> {
  return await Promise.all([recordedHolder(claims, at, ports), ports.enterprises.isSuspended(claims.ent)]);
}

async function recordedHolder(
  claims: LeafClaims,
  at: Seconds,
  { sites, enterprises }: Ports,
): Promise<KeyHolder | undefined> {
  if ('mode' in claims) {
    const site = await sites.find(siteIdOf(claims.sub));
    return site?.app === claims.app ? holderOf(siteAt(site, at)) : undefined;
  }
  const held = await enterprises.key(claims.ent, claims.app);
  return held && holderOfEnterpriseKey(held);
}
