import type { AppId, OrgId, Subject } from '../kernel/ids.ts';
import { notFound, Refusal } from '../kernel/refusal.ts';
import type { Seconds } from '../kernel/time.ts';
import type { AlertId } from './alert-id.ts';

/**
 * Why an alert is raised. Each area adds its reasons by declaration merging, beside their texts (`domain/<area>/alert-reasons.ts`).
 */
export interface AlertReasons {}
export type AlertReason = keyof AlertReasons;

/** A condition that needs attention; delivered once per (reason, subject, detail) and UTC day, repeats are counted. */
export interface Alert {
  readonly org: OrgId;
  readonly reason: AlertReason;
  readonly subject: Subject;
  /** distinguishes two alerts of one subject, such as the generation of a cloned key */
  readonly detail?: string | undefined;
  /** where a client has reported it */
  readonly seen?: Sighting | undefined;
  /** when the fact happened @default when the alert is recorded */
  readonly at?: Seconds | undefined;
}

/** The last report of a client: its application, the time, and the number of occurrences. */
export interface Sighting {
  readonly by: AppId;
  readonly at: Seconds;
  readonly times: number;
}

/** An alert as it is recorded: raised once, repeated, possibly acknowledged. */
export interface RecordedAlert extends Omit<Alert, 'seen' | 'at'> {
  readonly id: AlertId;
  readonly firstAt: Seconds;
  readonly lastAt: Seconds;
  readonly times: number;
  readonly seenAt?: Seconds | undefined;
  readonly seenBy?: AppId | undefined;
  readonly acknowledgedAt?: Seconds | undefined;
  readonly acknowledgedBy?: Subject | undefined;
}

/** Returns an alert that is not acknowledged yet. @throws not-found; no-change when it was acknowledged before */
export function assertOpen(alert: RecordedAlert | undefined): RecordedAlert {
  if (!alert) throw notFound('alert');
  if (alert.acknowledgedAt !== undefined)
    throw new Refusal('no-change', 'This alert is already acknowledged. list-alerts shows by whom.');
  return alert;
}
