import { assertOpen } from '../../../domain/alert.ts';
import { dynamoRecordedAlerts } from '../../adapters/recorded-alerts.ts';
import { serve } from '../../pipeline/serve.ts';
import { viewOfAlert } from '../../pipeline/views.ts';
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
