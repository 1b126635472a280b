import * as z from 'zod';
import { AppId, EnterpriseId, Jti, KeyId, OrgId, SiteId } from '../kernel/ids.ts';

const time = z.int().positive();
const thumbprint = z.string().regex(/^[A-Za-z0-9_-]{43}$/);
const coordinate = z.string().regex(/^[A-Za-z0-9_-]{43}$/);

/** A P-256 public key as a JWK (RFC 7518 section 6.2.1), nothing else in it. */
export const PublicJwk = z.strictObject({
  kty: z.literal('EC'),
  crv: z.literal('P-256'),
  x: coordinate,
  y: coordinate,
});
export type PublicJwk = z.infer<typeof PublicJwk>;

const times = { iat: time, nbf: time, exp: time };
const link = { ...times, cnf: z.strictObject({ jwk: PublicJwk }) };
const key = { ...times, org: OrgId, ent: EnterpriseId, app: AppId, gen: z.int().positive(), jti: Jti };

/** Why a genuine key is invalid; the reasons of the alerts have the same names. */
export const deadReasons = [
  'key-not-genuine',
  'key-unknown',
  'key-expired',
  'key-superseded',
  'suspended',
  'deleted',
  'dormant',
] as const;
export type DeadReason = (typeof deadReasons)[number];

export const mode = z.enum(['production', 'dev']);
export type Mode = z.infer<typeof mode>;

/** The part of a policy that an enforcing application needs offline: whose keys it accepts, and for how long. */
export const OfflinePolicy = z.strictObject({
  enforcesFor: z.array(AppId).max(20),
  /** `listed`: some enterprises of its Org only; which ones is too long for a token */
  enterprises: z.enum(['all', 'listed']),
  cacheSeconds: z.int().min(0),
  graceSeconds: z.int().min(0),
});
export type OfflinePolicy = z.infer<typeof OfflinePolicy>;

/** The files of a quarterly statement, each by its SHA-256 (base64url). */
export const StatementDigests = z.strictObject({
  'statement.json': thumbprint,
  'enterprises.csv': thumbprint,
  'report.html': thumbprint,
});
export type StatementDigests = z.infer<typeof StatementDigests>;

/**
 * The levels of the chain of trust: the claims of each token, and the token that must be above it. The sequence is exact,
 * no level is skipped: an Org key may not sign a site (docs/rules.md 4).
 */
export const levels = {
  'org-link+jwt': {
    above: 'root',
    claims: once(() => z.strictObject({ iss: z.literal('root'), sub: subject('org', OrgId), ...link })),
  },
  'root-successor+jwt': {
    above: 'root',
    claims: once(() => z.strictObject({ iss: z.literal('root'), sub: z.literal('root'), ...link })),
  },
  'enterprise-link+jwt': {
    above: 'org-link+jwt',
    claims: once(() =>
      z
        .strictObject({ iss: subject('org', OrgId), sub: subject('enterprise', EnterpriseId), ...link })
        .refine(isOfItsOrg),
    ),
  },
  'responder-link+jwt': {
    above: 'org-link+jwt',
    claims: once(() =>
      z.strictObject({ iss: subject('org', OrgId), sub: subject('responder', OrgId), ...link }).refine(isOfItsOrg),
    ),
  },
  'site-key+jwt': {
    above: 'enterprise-link+jwt',
    claims: once(() =>
      z
        .strictObject({ iss: subject('enterprise', EnterpriseId), sub: subject('site', SiteId), ...key, mode })
        .refine(claims => standsTogether(claims) && claims.sub.startsWith(`site:${claims.ent}-`)),
    ),
  },
  'enterprise-key+jwt': {
    above: 'enterprise-link+jwt',
    claims: once(() =>
      z
        .strictObject({ iss: subject('enterprise', EnterpriseId), sub: subject('enterprise', EnterpriseId), ...key })
        .refine(claims => standsTogether(claims) && claims.sub === claims.iss),
    ),
  },
  'verdict+jwt': {
    above: 'responder-link+jwt',
    claims: once(() =>
      z.strictObject({
        iss: subject('responder', OrgId),
        sub: z.string().optional(),
        aud: z.string(),
        nonce: z.string(),
        jti: Jti.optional(),
        valid: z.boolean(),
        reason: z.enum(deadReasons).optional(),
        mode: mode.optional(),
        iat: time,
        nbf: time,
        exp: time,
      }),
    ),
  },
  'application+jwt': {
    above: 'org-link+jwt',
    claims: once(() =>
      z
        .strictObject({
          iss: subject('org', OrgId),
          sub: z.string().regex(/^application:[a-z0-9]+\/[a-z0-9-]+$/),
          keys: z.array(z.strictObject({ keyid: KeyId, jkt: thumbprint })).max(5),
          policy: OfflinePolicy,
          ...times,
        })
        .refine(isOfItsOrg),
    ),
  },
  'statement+jwt': {
    above: 'org-link+jwt',
    claims: once(() =>
      z
        .strictObject({
          iss: subject('org', OrgId),
          sub: z.string().regex(/^statement:[a-z0-9]+\/20\d{2}-Q[1-4]\/r[1-9]\d{0,3}$/),
          rules: z.string(),
          files: StatementDigests,
          ...times,
        })
        .refine(isOfItsOrg),
    ),
  },
} as const;

export type TokenType = keyof typeof levels;
export type Claims<T extends TokenType> = z.infer<ReturnType<(typeof levels)[T]['claims']>>;
export type LinkType = 'org-link+jwt' | 'enterprise-link+jwt' | 'responder-link+jwt';
/** Announcement by which a Root names its successor. No token is verified under it: the successor must be pinned first. */
export type SuccessorType = 'root-successor+jwt';
export type LeafType = Exclude<TokenType, LinkType | SuccessorType>;
/** Claims of a key that a client presents. */
export type LeafClaims = Claims<'site-key+jwt'> | Claims<'enterprise-key+jwt'>;

/** The same schemas, typed so that a generic token type keeps its claims. */
export const claimsOf: { [T in TokenType]: () => z.ZodType<Claims<T>> } = {
  'org-link+jwt': levels['org-link+jwt'].claims,
  'root-successor+jwt': levels['root-successor+jwt'].claims,
  'enterprise-link+jwt': levels['enterprise-link+jwt'].claims,
  'responder-link+jwt': levels['responder-link+jwt'].claims,
  'site-key+jwt': levels['site-key+jwt'].claims,
  'enterprise-key+jwt': levels['enterprise-key+jwt'].claims,
  'verdict+jwt': levels['verdict+jwt'].claims,
  'application+jwt': levels['application+jwt'].claims,
  'statement+jwt': levels['statement+jwt'].claims,
};

export const Header = z.strictObject({
  alg: z.literal('ES256'),
  typ: z.string(),
  kid: thumbprint,
});

function subject<K extends string, Id extends z.ZodType>(kind: K, id: Id) {
  return z
    .string()
    .refine(
      text => text.startsWith(`${kind}:`) && id.safeParse(text.slice(kind.length + 1)).success,
      `not the name of a ${kind}`,
    );
}

/** Checks that the ids of a key are consistent: its issuer is its enterprise, and that belongs to its Org. */
function standsTogether(claims: { iss: string; org: OrgId; ent: EnterpriseId }): boolean {
  return claims.iss === `enterprise:${claims.ent}` && claims.ent.startsWith(`${claims.org}-`);
}

/** Checks that an Org certifies its own subjects only: `org:hub` for `enterprise:hub-…`, `responder:hub`, `application:hub/…`. */
function isOfItsOrg({ iss, sub }: { iss: string; sub: string }): boolean {
  return sub.split(/[:/-]/)[1] === iss.slice('org:'.length);
}

/** A schema is made when it is first needed: a cold function needs two or three of them, and each takes its time. */
function once<S>(make: () => S): () => S {
  let made: S | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
