import { alertIdOf, alertNameOf } from '../../../../domain/alerts/alert-id.ts';
import { dayOf } from '../../../../domain/kernel/time.ts';
import { alertsOfKeyReport, assertKeyReport } from '../../../../domain/site-licensing/key-report.ts';
import { dynamoRecordedAlerts } from '../../../platform/alerts/recorded-alerts.ts';
import { countForgedKey } from '../../../platform/kernel/telemetry.ts';
import { serve } from '../../../platform/request/serve.ts';
import { reportedSubject } from '../../keys/reported-subject.ts';
import { dynamoEnterprises } from '../../storage/enterprises.ts';
import { dynamoSites } from '../../storage/sites.ts';
import { sendAlert } from './schema.ts';

/** A report about a forged key records its idempotency record only, so that a repeated request counts the key once. */
export const handler = serve(
  sendAlert,
  { sites: dynamoSites, enterprises: dynamoEnterprises, alerts: dynamoRecordedAlerts },
  async ({ body, caller, at, change }, ports) => {
    assertKeyReport(body, at);
    const { reason, times } = body;
    const subject = await reportedSubject(body, caller, ports);
    const alerts = alertsOfKeyReport(body, subject, caller);
    const [alertId] = alerts.map(alert => alertIdOf({ day: dayOf(at), name: alertNameOf(alert) }));
    const answer = { reason, times, ...(alertId && { alertId }) };
    await ports.alerts.report({ ...change, alerts, outcome: { answer } });
    if (!alertId) countForgedKey(caller.org, caller.app, times);
    return answer;
  },
);
