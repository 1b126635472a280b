import { noticeOf } from '../../../../../domain/alerts/alert-notice.ts';
import { invoked } from '../../../background/invoked.ts';
import { countDeliveredAlert } from '../../../kernel/telemetry.ts';
import { eachRecord, StreamBatch } from '../../../storage/stream-record.ts';
import { isAlertItem, toRecordedAlert } from '../../alert-item.ts';
import { deliverNotice } from '../../deliver-notice.ts';

/** Delivers each new alert, at least once, under one id; not its repeats, nor its acknowledgement. */
export const handler = invoked(StreamBatch, async (batch, runtime) => {
  return await eachRecord(runtime, 'deliver-alerts', batch, async ({ item, isNew }) => {
    if (!isNew || !isAlertItem(item)) return;
    const alert = toRecordedAlert(item);
    await deliverNotice(runtime, noticeOf(alert, runtime.env.STAGE));
    countDeliveredAlert(alert.reason);
  });
});
