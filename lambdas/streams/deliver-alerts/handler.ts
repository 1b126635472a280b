import { noticeOf } from '../../../domain/alert-notice.ts';
import { isAlertItem, toRecordedAlert } from '../../adapters/alert-item.ts';
import { deliverNotice } from '../../adapters/deliver-notice.ts';
import { eachRecord, StreamBatch } from '../../adapters/stream-record.ts';
import { invoked } from '../../pipeline/invoked.ts';
import { countDeliveredAlert } from '../../pipeline/telemetry.ts';

/** Delivers each alert when it is new; its repeats and its acknowledgement are no news. At least once, under one id. */
export const handler = invoked(StreamBatch, async (batch, runtime) => {
  return await eachRecord(runtime, 'deliver-alerts', batch, async ({ item, isNew }) => {
    if (!isNew || !isAlertItem(item)) return;
    const alert = toRecordedAlert(item);
    await deliverNotice(runtime, noticeOf(alert, runtime.env.STAGE));
    countDeliveredAlert(alert.reason);
  });
});
