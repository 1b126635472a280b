import { alertReasons } from '../../domain/alert-reasons.ts';
import { dayOf, isoTime } from '../../domain/kernel/time.ts';
import type { Client } from '../client.ts';
import { isRefusal } from '../problem-error.ts';
import { randomName } from '../sign-request.ts';
import type { Refused } from './admission.ts';

/** An invalid key that was seen here: what send-alert takes. */
export interface Report {
  readonly siteId?: string;
  readonly enterpriseId?: string;
  /** with enterpriseId: whose enterprise key */
  readonly application?: string;
  readonly reason: string;
  /** ISO 8601, UTC: when last */
  readonly seenAt: string;
  readonly times: number;
}

/** Gives the same report under the same Idempotency-Key until it does not throw. */
export type SendReport = (report: Report, idempotencyKey: string) => Promise<unknown>;

export interface Reports {
  /** @param at seconds since 1970 */
  count(refusal: Refused, at: number): void;
  flush(): Promise<void>;
}

interface Unsent {
  readonly report: Report;
  readonly idempotencyKey: string;
}

const mostUnsent = 1000;
/** What send-alert takes; a report of more would be refused, and nobody would hear of the flood. */
const mostTimes = 1_000_000;

/**
 * Tells the vendor of invalid keys: the first of each subject, reason and UTC day at once, the repeats as a number when `flush` is
 * called. What could not be sent is sent later.
 */
export function createReports(send: SendReport, onTrouble: (error: unknown) => void): Reports {
  const told = new Map<string, string>();
  const counted = new Map<string, Report>();
  const unsent: Unsent[] = [];
  let sending: Promise<void> | undefined;
  const drain = async () => {
    for (let first = unsent[0]; first; first = unsent[0]) {
      await send(first.report, first.idempotencyKey).catch((error: unknown) => {
        if (!isRefusal(error)) throw error;
        onTrouble(error);
      });
      unsent.shift();
    }
  };
  const deliver = async () => {
    sending ??= drain()
      .catch(onTrouble)
      .finally(() => {
        sending = undefined;
      });
    await sending;
  };
  const put = (report: Report) => {
    if (unsent.length < mostUnsent) unsent.push({ report, idempotencyKey: randomName() });
  };
  return {
    count(refusal, at) {
      if (!isReported(refusal.reason)) return;
      const { subject = '', application, reason } = refusal;
      const name = `${reason}#${subject}#${application}`;
      const seenAt = isoTime(Math.floor(at));
      const report = { ...aboutOf(refusal), reason, seenAt, times: 1 };
      if (told.get(name) === dayOf(at)) {
        const before = counted.get(name);
        counted.set(name, { ...report, times: Math.min(mostTimes, 1 + (before?.times ?? 0)) });
        return;
      }
      if (told.size >= mostUnsent) told.clear();
      told.set(name, dayOf(at));
      put(report);
      void deliver();
    },
    async flush() {
      for (const report of counted.values()) put(report);
      counted.clear();
      await deliver();
    },
  };
}

function aboutOf({ siteId, enterpriseId, application }: Refused): Partial<Report> {
  if (siteId !== undefined) return { siteId };
  return { ...(enterpriseId !== undefined && { enterpriseId }), ...(application !== undefined && { application }) };
}

/** A forged key is nobody's: its claims are what an attacker chose. What is wrong with this machine is no alert about a key. */
function isReported(reason: string): boolean {
  return alertReasons.some(known => known === reason);
}

/** By send-alert. */
export function reportByClient(client: Client): SendReport {
  return async (report, idempotencyKey) => await client.callByName('send-alert', { ...report }, { idempotencyKey });
}
