import * as z from 'zod';

const org = '[a-z][a-z0-9]{1,11}';
const enterprise = `${org}-[a-z2-7]{16}`;
const site = `${enterprise}-[a-z2-7]{17}`;
const application = '(?!self(?![a-z0-9-]))[a-z][a-z0-9-]{1,23}';

const exactly = (pattern: string) => new RegExp(`^${pattern}$`);

/** A product line: 2 to 12 characters, set by the vendor at deploy time. */
export const OrgId = z.string().regex(exactly(org)).brand<'OrgId'>();
export type OrgId = z.infer<typeof OrgId>;

/** A customer: its Org's id, a dash, 80 random bits. */
export const EnterpriseId = z.string().regex(exactly(enterprise)).brand<'EnterpriseId'>();
export type EnterpriseId = z.infer<typeof EnterpriseId>;

/** A plant: its enterprise's id, a dash, the bucket (one character), 80 random bits. */
export const SiteId = z.string().regex(exactly(site)).brand<'SiteId'>();
export type SiteId = z.infer<typeof SiteId>;

/** A program that calls the API; unique inside its Org. `self` is a place in the API, so no application can have that name. */
export const AppId = z.string().regex(exactly(application)).brand<'AppId'>();
export type AppId = z.infer<typeof AppId>;

/** Names one public key of an application: `<org>.<application>.<22 characters of its RFC 7638 thumbprint>`. */
export const KeyId = z
  .string()
  .regex(exactly(`${org}\\.${application}\\.[A-Za-z0-9_-]{22}`))
  .brand<'KeyId'>();
export type KeyId = z.infer<typeof KeyId>;

/** The client's own, opaque name of a site: an identifier, so no spaces, and no `#`, which separates our storage keys. */
export const SiteRef = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._:-]{0,63}$/)
  .brand<'SiteRef'>();
export type SiteRef = z.infer<typeof SiteRef>;

/** The number of one issued key: 128 random bits, base64url. */
export const Jti = z
  .string()
  .regex(/^[A-Za-z0-9_-]{22}$/)
  .brand<'Jti'>();
export type Jti = z.infer<typeof Jti>;

const alphabet = 'abcdefghijklmnopqrstuvwxyz234567';

/** The 32 buckets that the sites of an enterprise are spread over (docs/rules.md 8). */
export const buckets: readonly string[] = [...alphabet];

/** Spells bytes in lower-case base32 without padding, five bits a character, 16 characters for 10 bytes. */
function base32(bytes: Uint8Array): string {
  const bits = Array.from(bytes, byte => byte.toString(2).padStart(8, '0')).join('');
  return (bits.match(/.{5}/g) ?? []).map(five => alphabet.charAt(Number.parseInt(five, 2))).join('');
}

/** @param random 10 random bytes */
export function newEnterpriseId(orgId: OrgId, random: Uint8Array): EnterpriseId {
  return EnterpriseId.parse(`${orgId}-${base32(random)}`);
}

/** Returns a new site id. Its bucket is a hash of the random part, so that sites spread evenly. @param random 10 random bytes */
export function newSiteId(enterpriseId: EnterpriseId, random: Uint8Array): SiteId {
  const tail = base32(random);
  return SiteId.parse(`${enterpriseId}-${bucketOf(tail)}${tail}`);
}

export function orgOf(id: EnterpriseId | SiteId): OrgId {
  return OrgId.parse(id.split('-')[0]);
}

export function enterpriseOf(siteId: SiteId): EnterpriseId {
  return EnterpriseId.parse(siteId.slice(0, siteId.lastIndexOf('-')));
}

export function siteBucket(siteId: SiteId): string {
  return siteId.charAt(siteId.lastIndexOf('-') + 1);
}

/** Returns one of the 32 buckets, by hash. */
export function bucketOf(text: string): string {
  return alphabet.charAt(hash32(text) % 32);
}

/** Spreads texts evenly over 32 bits (FNV-1a with the murmur3 finalizer); not for secrets. */
export function hash32(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** A typed name of what is licensed, alerted or audited, so that other kinds can follow (docs/rules.md 2). */
export const Subject = z
  .string()
  .regex(/^[a-z][a-z-]{1,30}:[A-Za-z0-9._:/-]{1,150}$/)
  .brand<'Subject'>();
export type Subject = z.infer<typeof Subject>;

export const subjectOf = {
  site: (siteId: SiteId) => Subject.parse(`site:${siteId}`),
  enterprise: (enterpriseId: EnterpriseId) => Subject.parse(`enterprise:${enterpriseId}`),
  enterpriseKey: (enterpriseId: EnterpriseId, appId: AppId) => Subject.parse(`enterprise-key:${enterpriseId}/${appId}`),
  application: (orgId: OrgId, appId: AppId) => Subject.parse(`application:${orgId}/${appId}`),
  statement: (orgId: OrgId, quarter: string) => Subject.parse(`statement:${orgId}/${quarter}`),
};

/** Returns the id of the site that a subject names. @throws ZodError for another kind of subject */
export function siteIdOf(subject: string): SiteId {
  return SiteId.parse(/^site:(.*)$/.exec(subject)?.[1]);
}
