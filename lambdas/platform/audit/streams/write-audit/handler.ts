import { invoked } from '../../../background/invoked.ts';
import { eachRecord, StreamBatch } from '../../../storage/stream-record.ts';
import { EmbeddedAuditEvent } from '../../audit-event.ts';
import { writeAuditEvent } from '../../audit-trail.ts';
import { auditSubjectOf } from '../../audited-item.ts';

/** Writes out the audit events that ride in items; alone may put audit events. */
export const handler = invoked(StreamBatch, async (batch, runtime) => {
  return await eachRecord(runtime, 'write-audit', batch, async ({ item }) => {
    const about = auditSubjectOf(item);
    if (about) await writeAuditEvent(runtime, about, EmbeddedAuditEvent.parse(item));
  });
});
