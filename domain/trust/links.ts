import type { Claims, OfflinePolicy, PublicJwk, StatementDigests } from '../chain/levels.ts';
import type { EnterpriseId, KeyId, OrgId } from '../kernel/ids.ts';
import { day, minute, type Quarter, type Seconds } from '../kernel/time.ts';

/** The certificate under which an enterprise's KMS key signs, with the chain above it as every key carries it. */
export interface EnterpriseLink {
  readonly id: string;
  /** RFC 7638 thumbprint of the enterprise's public key: the `kid` of every key that it signs */
  readonly kid: string;
  /** `enterprise link ~ org link` */
  readonly chain: string;
  readonly expiresAt: Seconds;
  /** rank of the last expiry phase whose alert was raised; undefined for a new link */
  readonly lastNotified?: number | undefined;
}

/** Lifetime of each link, in days (docs/rules.md 4). The short life of an enterprise's is the only offline revocation of a stolen key. */
export const linkDays = { org: 730, enterprise: 62, responder: 14 } as const;

/** A client that is offline for longer must pin a new Root by hand, as the first one (docs/rotation.md). */
const successorDays = 365;

/** A link with fewer days left than this is renewed, so that a key of 31 days always fits under it. */
export const renewLinkDays = { org: 365, enterprise: 32 } as const;

const applicationTokenSeconds = day;

/** A link is valid from a little earlier, so that a key signed by a slow clock does not precede it. */
const backdatedSeconds = 5 * minute;

function times(now: Seconds, days: number, parentEnds: Seconds) {
  return { iat: now, nbf: now - backdatedSeconds, exp: Math.min(now + days * day, parentEnds) };
}

export function orgLinkClaims(org: OrgId, jwk: PublicJwk, now: Seconds): Claims<'org-link+jwt'> {
  return { iss: 'root', sub: `org:${org}`, ...times(now, linkDays.org, Number.MAX_SAFE_INTEGER), cnf: { jwk } };
}

/** Returns the claims by which the current Root announces its successor. */
export function rootSuccessorClaims(jwk: PublicJwk, now: Seconds): Claims<'root-successor+jwt'> {
  return { iss: 'root', sub: 'root', ...times(now, successorDays, Number.MAX_SAFE_INTEGER), cnf: { jwk } };
}

/** @param parentEnds nothing outlives its parent */
export function enterpriseLinkClaims(
  id: EnterpriseId,
  org: OrgId,
  jwk: PublicJwk,
  now: Seconds,
  parentEnds: Seconds,
): Claims<'enterprise-link+jwt'> {
  return { iss: `org:${org}`, sub: `enterprise:${id}`, ...times(now, linkDays.enterprise, parentEnds), cnf: { jwk } };
}

export function responderLinkClaims(
  org: OrgId,
  jwk: PublicJwk,
  now: Seconds,
  parentEnds: Seconds,
): Claims<'responder-link+jwt'> {
  return { iss: `org:${org}`, sub: `responder:${org}`, ...times(now, linkDays.responder, parentEnds), cnf: { jwk } };
}

/** @param about its public keys, and what it may do without a connection */
export function applicationTokenClaims(
  org: OrgId,
  app: string,
  about: { readonly keys: readonly { keyid: KeyId; jkt: string }[]; readonly policy: OfflinePolicy },
  now: Seconds,
  parentEnds: Seconds,
): Claims<'application+jwt'> {
  const { iat, nbf } = times(now, 0, parentEnds);
  return {
    iss: `org:${org}`,
    sub: `application:${org}/${app}`,
    keys: [...about.keys],
    policy: about.policy,
    iat,
    nbf,
    exp: Math.min(now + applicationTokenSeconds, parentEnds),
  };
}

/** Returns the claims of a statement. They expire with the link above; a verifier checks them as of their own time (docs/finance.md). */
export function statementClaims(
  statement: { org: OrgId; quarter: Quarter; revision: number; rules: string; files: StatementDigests },
  now: Seconds,
  parentEnds: Seconds,
): Claims<'statement+jwt'> {
  const { org, quarter, revision, rules, files } = statement;
  const sub = `statement:${org}/${quarter}/r${revision}`;
  return { iss: `org:${org}`, sub, rules, files, iat: now, nbf: now, exp: parentEnds };
}

/** Returns whether a link with this expiry must be renewed now. */
export function needsRenewal(kind: keyof typeof renewLinkDays, expiresAt: Seconds, now: Seconds): boolean {
  return expiresAt - now <= renewLinkDays[kind] * day;
}
