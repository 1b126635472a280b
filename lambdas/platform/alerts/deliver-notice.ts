import { type Notice, publish } from '../aws/topics.ts';
import type { Runtime } from '../kernel/runtime.ts';
import { PoisonRecordError } from '../storage/poison-record.ts';

/** Publishes the notice of an alert. @throws PoisonRecordError when SNS will never accept it */
export async function deliverNotice(runtime: Runtime, notice: Notice): Promise<void> {
  try {
    await publish(runtime, 'ALERTS_TOPIC', notice);
  } catch (error) {
    throw error instanceof Error && error.name.startsWith('InvalidParameter')
      ? new PoisonRecordError(error.name)
      : error;
  }
}
