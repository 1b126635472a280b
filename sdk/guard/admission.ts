import type { Mode } from '../../domain/chain/levels.ts';
import type { KeyClaims } from '../verify.ts';
import type { Decision, RefusalReason } from './guard-state.ts';

/** Whose key it is. */
export interface Licensed {
  /** `site:…` or `enterprise:…` */
  readonly subject: string;
  readonly enterpriseId: string;
  /** absent for an enterprise key */
  readonly siteId?: string;
  readonly application: string;
  /** absent for an enterprise key */
  readonly mode?: Mode;
}

export interface Admitted extends Licensed {
  readonly allowed: true;
  /** `grace`: the server could not be asked, and has vouched for the key not long ago */
  readonly basis: 'verdict' | 'grace';
  /** seconds since 1970, by the server: until then it holds */
  readonly until: number;
  /** to be shown on what a dev key opens */
  readonly watermark?: string;
}

export interface Refused extends Partial<Licensed> {
  readonly allowed: false;
  readonly reason: RefusalReason | 'key-missing';
  /** for people: what is wrong, and who can mend it */
  readonly detail: string;
}

export type Admission = Admitted | Refused;

const watermark = 'Development license: not for production use';

const details: Readonly<Record<Refused['reason'], string>> = {
  'key-missing': 'No license key was given.',
  'key-not-genuine': 'This is no license key of this vendor.',
  'key-unknown': 'The vendor does not know this license key, or this application may not use it.',
  'key-expired': 'The license key has expired: its application must refresh it.',
  'key-superseded': 'The license key was replaced by a newer one: use that.',
  suspended: 'The license is suspended: ask the vendor.',
  deleted: 'The license has ended: its site was deleted.',
  dormant: 'The license sleeps since its key has not been refreshed for two months: have its key reissued.',
  'grace-ended': 'The license server could not be reached for too long: connect this machine to it.',
  'clock-set-back':
    'The clock of this machine was set back: set it right, and connect the machine to the license server.',
};

export function admissionOf(claims: KeyClaims, decision: Decision): Admission {
  if (!decision.allowed) return refused(decision.reason, claims);
  const licensed = licensedBy(claims);
  return { ...decision, ...licensed, ...(licensed.mode === 'dev' && { watermark }) };
}

export function refused(reason: Refused['reason'], claims?: KeyClaims): Refused {
  return { allowed: false, reason, detail: details[reason], ...(claims && licensedBy(claims)) };
}

function licensedBy(claims: KeyClaims): Licensed {
  const { sub, ent, app } = claims;
  const site = 'mode' in claims && { siteId: sub.slice(sub.indexOf(':') + 1), mode: claims.mode };
  return { subject: sub, enterpriseId: ent, application: app, ...site };
}

/** What `protect` throws in the place of the work. */
export class LicenseRefusedError extends Error {
  readonly refusal: Refused;

  constructor(refusal: Refused) {
    super(`${refusal.detail} (${refusal.reason})`);
    this.name = 'LicenseRefused';
    this.refusal = refusal;
  }
}
