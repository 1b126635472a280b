import type { Alert } from '../alerts/alert.ts';
import { deadReasons } from '../chain/levels.ts';
import { type Caller, isOperator } from '../identity/policy.ts';
import { seesKeysOf } from '../identity/visibility.ts';
import type { AppId, EnterpriseId, SiteId, Subject } from '../kernel/ids.ts';
import { type FieldError, notFound, Refusal } from '../kernel/refusal.ts';
import { day, minute, type Seconds, secondsOf } from '../kernel/time.ts';

/** What a client can report about a key: it is invalid, forged, or possibly cloned. */
export const reportedReasons = [...deadReasons, 'possible-clone'] as const;

/** A client's report about a key that it found invalid. */
export interface KeyReport {
  readonly siteId?: SiteId | undefined;
  readonly enterpriseId?: EnterpriseId | undefined;
  /** whose enterprise key it is */
  readonly application?: AppId | undefined;
  readonly reason: (typeof reportedReasons)[number];
  /** ISO 8601, UTC */
  readonly seenAt: string;
  readonly times: number;
}

const oldestSeconds = 31 * day;
const skewSeconds = minute;

/** @throws invalid-request when it does not name one thing, or was not seen lately */
export function assertKeyReport(report: KeyReport, now: Seconds): void {
  const wrong = [...wrongSubject(report), ...wrongTime(secondsOf(report.seenAt), now)];
  if (wrong.length > 0)
    throw new Refusal('invalid-request', 'The report is invalid. See `errors` for each field.', wrong);
}

/** Checks the subject of a report. A report about a forged key names none, since its claims prove nothing (docs/rules.md 3.9). */
function wrongSubject({ siteId, enterpriseId, application, reason }: KeyReport): FieldError[] {
  if (reason === 'key-not-genuine')
    return Object.entries({ siteId, enterpriseId, application })
      .filter(([, value]) => value !== undefined)
      .map(([name]) => ({ pointer: `#/body/${name}`, detail: 'must be absent for a key that is not genuine' }));
  if (!siteId && !enterpriseId)
    return [{ pointer: '#/body/siteId', detail: 'is missing: expected siteId or enterpriseId' }];
  if (siteId && enterpriseId)
    return [{ pointer: '#/body/enterpriseId', detail: 'must be absent when siteId is present' }];
  if (siteId && application) return [{ pointer: '#/body/application', detail: 'is allowed with enterpriseId only' }];
  return [];
}

function wrongTime(seenAt: Seconds, now: Seconds): FieldError[] {
  const pointer = '#/body/seenAt';
  if (seenAt > now + skewSeconds) return [{ pointer, detail: 'must not be in the future' }];
  if (seenAt < now - oldestSeconds) return [{ pointer, detail: 'must be at most 31 days ago' }];
  return [];
}

/** Returns the application of a reported enterprise key: the caller, or one whose keys it may see. @throws not-found, invalid-request */
export function reportedApplication(caller: Caller, named: AppId | undefined): AppId {
  if (named === undefined && isOperator(caller))
    throw new Refusal('invalid-request', 'The application is missing: an operator must name one.', [
      { pointer: '#/body/application', detail: 'is missing' },
    ]);
  const application = named ?? caller.app;
  if (!seesKeysOf(caller, application)) throw notFound('enterprise key');
  return application;
}

/** Returns the alerts of a key report; none for a forged key. @param subject undefined when the key was forged */
export function alertsOfKeyReport(
  { reason, seenAt, times }: KeyReport,
  subject: Subject | undefined,
  { org, app }: Caller,
): readonly Alert[] {
  if (!subject || reason === 'key-not-genuine') return [];
  return [{ org, reason, subject, seen: { by: app, at: secondsOf(seenAt), times } }];
}
