import { invoked } from '../../../background/invoked.ts';
import { eachRecord, StreamBatch } from '../../../storage/stream-record.ts';
import { EmbeddedAuditEvent } from '../../audit-event.ts';
import { writeAuditEvent } from '../../audit-trail.ts';
import { auditSubjectOf } from '../../audited-item.ts';

/** Writes the audit events that are embedded in items as items of their own. No other function may write audit events. */
export const handler = invoked(StreamBatch, async (batch, runtime) => {
  return await eachRecord(runtime, 'write-audit', batch, async ({ item }) => {
    const about = auditSubjectOf(item);
    if (about) await writeAuditEvent(runtime, about, EmbeddedAuditEvent.parse(item));
  });
});
