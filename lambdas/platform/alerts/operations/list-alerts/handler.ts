import { matchesFilter, requestedDays } from '../../../../../domain/alerts/alert-filter.ts';
import { namedSubject } from '../../../../../domain/identity/named-subject.ts';
import { serve } from '../../../request/serve.ts';
import { dynamoRecordedAlerts } from '../../recorded-alerts.ts';
import { viewOfAlert } from '../../view-of-alert.ts';
import { listAlerts } from './schema.ts';

/** Filters alerts after reading: a page may be shorter than its limit. */
export const handler = serve(
  listAlerts,
  { alerts: dynamoRecordedAlerts },
  async ({ query, caller, at }, { alerts: recorded }) => {
    const { reason, acknowledged, after, limit } = query;
    const choice = { reason, acknowledged, subject: namedSubject(caller, query) };
    const { alerts, next } = await recorded.page({
      org: caller.org,
      days: requestedDays(query, at),
      choice,
      after,
      limit,
    });
    return { alerts: alerts.filter(alert => matchesFilter(alert, choice)).map(viewOfAlert), ...(next && { next }) };
  },
);
