import { RidingEvent } from '../../adapters/audit-event.ts';
import { writeAuditEvent } from '../../adapters/audit-trail.ts';
import { audited } from '../../adapters/audited.ts';
import { eachRecord, StreamBatch } from '../../adapters/stream-record.ts';
import { invoked } from '../../pipeline/invoked.ts';

/** Writes out the audit events that ride in items; alone may put audit events. */
export const handler = invoked(StreamBatch, async (batch, runtime) => {
  return await eachRecord(runtime, 'write-audit', batch, async ({ item }) => {
    const about = audited(item);
    if (about) await writeAuditEvent(runtime, about, RidingEvent.parse(item));
  });
});
