import { assertOpen } from '../../../../../domain/alerts/alert.ts';
import { serve } from '../../../request/serve.ts';
import { dynamoRecordedAlerts } from '../../recorded-alerts.ts';
import { viewOfAlert } from '../../view-of-alert.ts';
import { acknowledgeAlert } from './schema.ts';

export const handler = serve(
  acknowledgeAlert,
  { alerts: dynamoRecordedAlerts },
  async ({ path, caller, change }, { alerts }) => {
    const alert = assertOpen(await alerts.find(caller.org, path.alertId));
    const answer = viewOfAlert({ ...alert, acknowledgedAt: change.at, acknowledgedBy: change.actor });
    await alerts.acknowledge(alert, { ...change, outcome: { answer } });
    return answer;
  },
);
