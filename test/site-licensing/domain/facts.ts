import { type Caller, Policy, type Role } from '../../../domain/identity/policy.ts';
import { AppId, EnterpriseId, Jti, KeyId, OrgId, SiteId, SiteRef, subjectOf } from '../../../domain/kernel/ids.ts';
import { Refusal, type RefusalCode } from '../../../domain/kernel/refusal.ts';
import type { KeyRequest, RecordedKey } from '../../../domain/site-licensing/recorded-key.ts';
import type { KeyHolder } from '../../../domain/site-licensing/refresh.ts';
import type { Site } from '../../../domain/site-licensing/site.ts';

/** Facts as rules take them; each test says only what matters to it. */
export const now = 1_795_000_000;
export const day = 86_400;
export const enterpriseId = EnterpriseId.parse('hub-aaaaaaaaaaaaaaaa');
export const siteId = SiteId.parse('hub-aaaaaaaaaaaaaaaa-bcccccccccccccccc');
export const otherSiteId = SiteId.parse('hub-aaaaaaaaaaaaaaaa-bdddddddddddddddd');
export const hwf = AppId.parse('hwf');
export const boost = AppId.parse('boost');
export const hub = OrgId.parse('hub');
export const jti = (letter: string) => Jti.parse(letter.repeat(22));
export const ref = (text: string) => SiteRef.parse(text);

export function caller(policy: Partial<Policy> = {}, role: Role = 'application', app = hwf, org = hub): Caller {
  const keyid = KeyId.parse(`${org}.${app}.AAAAAAAAAAAAAAAAAAAAAA`);
  return { org, app, role, keyid, policy: Policy.parse({ modes: ['production', 'dev'], ...policy }) };
}

export function request(more: Partial<KeyRequest> = {}): KeyRequest {
  return { operation: 'refresh-key', app: hwf, idempotencyHash: 'new', presented: jti('B'), ...more };
}

export function recordedKey(more: Partial<RecordedKey> = {}): RecordedKey {
  return {
    generation: 2,
    jti: jti('B'),
    issuedAt: now - day,
    expiresAt: now + 29 * day,
    link: 'link',
    encryptedSignature: new Uint8Array(),
    request: request({ idempotencyHash: 'recorded', presented: jti('A') }),
    ...more,
  };
}

export function holder(more: Partial<KeyHolder> = {}): KeyHolder {
  return { subject: subjectOf.site(siteId), status: 'live', mode: 'production', key: recordedKey(), ...more };
}

export function site(more: Partial<Site> = {}): Site {
  const names = { id: siteId, org: hub, enterprise: enterpriseId, app: hwf, ref: ref('ABC123') };
  return { ...names, mode: 'production', state: 'active', status: 'live', createdAt: now, key: recordedKey(), ...more };
}

/** The code that a rule refuses with; undefined when it does not. */
export function refusalOf(rule: () => unknown): RefusalCode | undefined {
  try {
    rule();
    return undefined;
  } catch (error) {
    if (error instanceof Refusal) return error.code;
    throw error;
  }
}
