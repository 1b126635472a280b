import type { Mode } from '../../domain/chain/levels.ts';
import type { KeyClaims } from '../verify.ts';
import type { Decision, RefusalReason } from './guard-state.ts';

/** Subject of a license key. */
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
  /** `grace`: the server could not be reached, and confirmed the key less than the grace period ago. */
  readonly basis: 'verdict' | 'grace';
  /** Expiry of the admission: server time, in seconds since 1970. */
  readonly until: number;
  /** Text to display wherever a dev key is used. */
  readonly watermark?: string;
}

export interface Refused extends Partial<Licensed> {
  readonly allowed: false;
  readonly reason: RefusalReason | 'key-missing';
  /** Explains the refusal, and who can remedy it. */
  readonly detail: string;
}

export type Admission = Admitted | Refused;

const watermark = 'Development license: not for production use';

const details: Readonly<Record<Refused['reason'], string>> = {
  'key-missing': 'No license key was given.',
  'key-not-genuine': 'The license key was not issued by this vendor.',
  'key-unknown': 'The vendor does not know this license key, or this application may not use it.',
  'key-expired': 'The license key has expired. Its application must refresh it.',
  'key-superseded': 'The license key was replaced by a newer one. Use the newer key.',
  suspended: 'The license is suspended. Contact the vendor.',
  deleted: 'The license has ended: its site was deleted.',
  dormant: 'The license is dormant: its key was not refreshed for two months. Have its key reissued.',
  'grace-ended':
    'The license server could not be reached for longer than the grace period. Connect this machine to it.',
  'clock-set-back':
    'The clock of this machine was set back. Correct it, and connect the machine to the license server.',
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

/** Thrown by `LicenseGuard.protect` when the key is refused; the work was not started. */
export class LicenseRefusedError extends Error {
  readonly refusal: Refused;

  constructor(refusal: Refused) {
    super(`${refusal.detail} (${refusal.reason})`);
    this.name = 'LicenseRefusedError';
    this.refusal = refusal;
  }
}
