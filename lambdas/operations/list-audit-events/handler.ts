import { namedSubject } from '../../../domain/named-subject.ts';
import { isoTime, monthOf } from '../../../domain/time.ts';
import { dynamoAuditTrail } from '../../adapters/audit-trail.ts';
import { serve } from '../../pipeline/serve.ts';
import { listAuditEvents } from './schema.ts';

export const handler = serve(listAuditEvents, { audit: dynamoAuditTrail }, async ({ query, caller, at }, { audit }) => {
  const { month = monthOf(at), after, limit } = query;
  const subject = namedSubject(caller, query);
  const { events, next } = await audit.page({ org: caller.org, month, subject, after, limit });
  return { events: events.map(event => ({ ...event, at: isoTime(event.at) })), ...(next && { next }) };
});
