import { alertIdOf, alertNameOf } from '../../../domain/alert-id.ts';
import { alertsOfReport, assertReport } from '../../../domain/report.ts';
import { dayOf } from '../../../domain/time.ts';
import { dynamoEnterprises } from '../../adapters/enterprises.ts';
import { dynamoRecordedAlerts } from '../../adapters/recorded-alerts.ts';
import { dynamoSites } from '../../adapters/sites.ts';
import { reportedSubject } from '../../pipeline/reported-subject.ts';
import { serve } from '../../pipeline/serve.ts';
import { countForgedKey } from '../../pipeline/telemetry.ts';
import { sendAlert } from './schema.ts';

/** A forged key leaves nothing but a memory, so that it is counted once however often the request is repeated. */
export const handler = serve(
  sendAlert,
  { sites: dynamoSites, enterprises: dynamoEnterprises, alerts: dynamoRecordedAlerts },
  async ({ body, caller, at, change }, ports) => {
    assertReport(body, at);
    const { reason, times } = body;
    const subject = await reportedSubject(body, caller, ports);
    const alerts = alertsOfReport(body, subject, caller);
    const [alertId] = alerts.map(alert => alertIdOf({ day: dayOf(at), name: alertNameOf(alert) }));
    const answer = { reason, times, ...(alertId && { alertId }) };
    await ports.alerts.report({ ...change, alerts, outcome: { answer } });
    if (!alertId) countForgedKey(caller.org, caller.app, times);
    return answer;
  },
);
