import { alertReasons } from '../../domain/alert-reasons.ts';
import { dayOf, isoTime } from '../../domain/kernel/time.ts';
import type { Client } from '../client.ts';
import { isRefusal } from '../problem-error.ts';
import { randomName } from '../sign-request.ts';
import type { Refused } from './admission.ts';

/** Report of an invalid key, as send-alert takes it. */
export interface InvalidKeyAlert {
  readonly siteId?: string;
  readonly enterpriseId?: string;
  /** With `enterpriseId`: the application of the enterprise key. */
  readonly application?: string;
  readonly reason: string;
  /** Time of the last refusal: ISO 8601, UTC. */
  readonly seenAt: string;
  readonly times: number;
}

/** Sends an alert. Called again with the same alert and Idempotency-Key until it does not throw. */
export type SendAlert = (report: InvalidKeyAlert, idempotencyKey: string) => Promise<unknown>;

export interface AlertSender {
  /** Counts a refusal. @param at seconds since 1970 */
  count(refusal: Refused, at: number): void;
  flush(): Promise<void>;
}

interface Unsent {
  readonly report: InvalidKeyAlert;
  readonly idempotencyKey: string;
}

const maxUnsent = 1000;
/** Maximum of send-alert: a higher number would be refused, and the vendor would not be notified. */
const maxTimes = 1_000_000;

/**
 * Reports invalid keys to the vendor: the first of each subject, reason and UTC day at once, repeats as a number when `flush` is
 * called. An alert that could not be sent is sent later.
 */
export function createAlertSender(send: SendAlert, onError: (error: unknown) => void): AlertSender {
  const lastReported = new Map<string, string>();
  const counted = new Map<string, InvalidKeyAlert>();
  const unsent: Unsent[] = [];
  let sending: Promise<void> | undefined;
  const drain = async () => {
    for (let first = unsent[0]; first; first = unsent[0]) {
      await send(first.report, first.idempotencyKey).catch((error: unknown) => {
        if (!isRefusal(error)) throw error;
        onError(error);
      });
      unsent.shift();
    }
  };
  const deliver = async () => {
    sending ??= drain()
      .catch(onError)
      .finally(() => {
        sending = undefined;
      });
    await sending;
  };
  const enqueue = (report: InvalidKeyAlert) => {
    if (unsent.length < maxUnsent) unsent.push({ report, idempotencyKey: randomName() });
  };
  return {
    count(refusal, at) {
      if (!isReported(refusal.reason)) return;
      const { subject = '', application, reason } = refusal;
      const name = `${reason}#${subject}#${application}`;
      const seenAt = isoTime(Math.floor(at));
      const report = { ...aboutOf(refusal), reason, seenAt, times: 1 };
      if (lastReported.get(name) === dayOf(at)) {
        const before = counted.get(name);
        counted.set(name, { ...report, times: Math.min(maxTimes, 1 + (before?.times ?? 0)) });
        return;
      }
      if (lastReported.size >= maxUnsent) lastReported.clear();
      lastReported.set(name, dayOf(at));
      enqueue(report);
      void deliver();
    },
    async flush() {
      for (const report of counted.values()) enqueue(report);
      counted.clear();
      await deliver();
    },
  };
}

function aboutOf({ siteId, enterpriseId, application }: Refused): Partial<InvalidKeyAlert> {
  if (siteId !== undefined) return { siteId };
  return { ...(enterpriseId !== undefined && { enterpriseId }), ...(application !== undefined && { application }) };
}

/** Whether a refusal is reported. A forged key is not: an attacker chose its claims. A fault of this machine is no alert about a key. */
function isReported(reason: string): boolean {
  return alertReasons.some(known => known === reason);
}

/** Returns a sender that calls send-alert. */
export function alertByClient(client: Client): SendAlert {
  return async (report, idempotencyKey) => await client.callByName('send-alert', { ...report }, { idempotencyKey });
}
