import type { OrgId, Subject } from './ids.ts';

/** Why an alert is raised. */
export const alertReasons = [
  'key-expired',
  'key-superseded',
  'key-unknown',
  'suspended',
  'deleted',
  'dormant',
  'possible-clone',
  'refreshed-after-expiry',
  'reissued',
  'proxy-by-operator',
  'link-renewal-late',
  'expiring-soon',
  'count-mismatch',
  'seat-limit-exceeded',
  'manifest-missing',
] as const;
export type AlertReason = (typeof alertReasons)[number];

/** One thing that a person must know; delivered once per (reason, subject, detail) and UTC day, repeats are counted. */
export interface Alert {
  readonly org: OrgId;
  readonly reason: AlertReason;
  readonly subject: Subject;
  /** tells two alerts of one subject apart: the generation of a cloned key */
  readonly detail?: string | undefined;
}
