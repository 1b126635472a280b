import type { Claims, LeafClaims } from '../chain/levels.ts';
import { unsignedToken } from '../chain/unsigned-token.ts';
import { type AppId, type EnterpriseId, orgOf } from '../kernel/ids.ts';
import type { RecordedKey } from './recorded-key.ts';
import type { Site } from './site.ts';

type Numbers = Pick<RecordedKey, 'generation' | 'jti' | 'issuedAt' | 'expiresAt'>;

/** Returns the claims of a site key, always in this order, so that a key that is created again has the same bytes. */
export function siteKeyClaims(
  site: Pick<Site, 'id' | 'org' | 'enterprise' | 'app' | 'mode'>,
  key: Numbers,
): Claims<'site-key+jwt'> {
  return {
    iss: `enterprise:${site.enterprise}`,
    sub: `site:${site.id}`,
    ...shared(site.enterprise, site.app, key),
    mode: site.mode,
  };
}

export function enterpriseKeyClaims(enterprise: EnterpriseId, app: AppId, key: Numbers): Claims<'enterprise-key+jwt'> {
  return { iss: `enterprise:${enterprise}`, sub: `enterprise:${enterprise}`, ...shared(enterprise, app, key) };
}

function shared(ent: EnterpriseId, app: AppId, { generation, jti, issuedAt, expiresAt }: Numbers) {
  return { org: orgOf(ent), ent, app, gen: generation, jti, iat: issuedAt, nbf: issuedAt, exp: expiresAt };
}

/** Returns the signing input of a key. @param kid thumbprint of the enterprise's public key */
export function unsignedLeaf(claims: LeafClaims, kid: string): string {
  return 'mode' in claims
    ? unsignedToken('site-key+jwt', kid, claims)
    : unsignedToken('enterprise-key+jwt', kid, claims);
}
