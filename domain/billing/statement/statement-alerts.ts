import type { Alert } from '../../alerts/alert.ts';
import { subjectOf } from '../../kernel/ids.ts';
import { missingManifests, type Statement } from './statement.ts';

/** Returns the alerts of a statement: missing manifests, differing numbers, users over a limit. */
export function alertsOf(statement: Statement): Alert[] {
  const { org, quarter: detail, differences, seatsExceeded } = statement;
  const alerts: Alert[] = [
    ...missingManifests(statement).map(
      app => ({ org, reason: 'manifest-missing', subject: subjectOf.application(org, app), detail }) as const,
    ),
    ...differences.map(({ application, enterpriseId }) => {
      const subject = enterpriseId ? subjectOf.enterprise(enterpriseId) : subjectOf.application(org, application);
      return { org, reason: 'count-mismatch', subject, detail } as const;
    }),
    ...seatsExceeded.map(
      ({ enterpriseId }) =>
        ({ org, reason: 'seat-limit-exceeded', subject: subjectOf.enterprise(enterpriseId), detail }) as const,
    ),
  ];
  return [...new Map(alerts.map(alert => [`${alert.reason} ${alert.subject}`, alert])).values()];
}
