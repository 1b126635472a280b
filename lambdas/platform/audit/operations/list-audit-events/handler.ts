import { namedSubject } from '../../../../../domain/identity/named-subject.ts';
import { isoTime, monthOf } from '../../../../../domain/kernel/time.ts';
import { serve } from '../../../request/serve.ts';
import { dynamoAuditTrail } from '../../audit-trail.ts';
import { listAuditEvents } from './schema.ts';

export const handler = serve(listAuditEvents, { audit: dynamoAuditTrail }, async ({ query, caller, at }, { audit }) => {
  const { month = monthOf(at), after, limit } = query;
  const subject = namedSubject(caller, query);
  const { events, next } = await audit.page({ org: caller.org, month, subject, after, limit });
  return { events: events.map(event => ({ ...event, at: isoTime(event.at) })), ...(next && { next }) };
});
