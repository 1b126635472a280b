import type * as z from 'zod';
import { Manifest } from '../../domain/billing/manifest.ts';
import type { Client } from '../client.ts';
import { listener } from '../listener.ts';
import { isRefusal, type ProblemError } from '../problem-error.ts';
import { randomName } from '../sign-request.ts';
import { startPolling } from '../start-polling.ts';
import { type KeyStore, overwritten, StoreUnusableError } from '../stores/key-store.ts';
import { afterReport, nextReport, ReportRecord } from './reporter-state.ts';

type Numbers = z.input<typeof Manifest>;

/** Who counts: each is asked once for a quarter, soon after its end. */
export type Counting = { readonly [F in keyof Numbers]: (quarter: string) => Numbers[F] | Promise<Numbers[F]> };

/** Gives the same manifest under the same Idempotency-Key until it does not throw. */
export type SendManifest = (quarter: string, manifest: Manifest, idempotencyKey: string) => Promise<unknown>;

export interface ReporterSettings {
  readonly client: Client;
  /** @default submit-manifest */
  readonly send?: SendManifest | undefined;
  /** keeps what was counted until it was taken; the names of the admins are in it until then */
  readonly store: KeyStore;
  readonly count: Counting;
  /** hears what could not be counted or sent; a refusal needs a person */
  readonly onTrouble?: ((error: unknown) => void) | undefined;
}

/** Tells the vendor the numbers of each quarter. */
export interface Reporter {
  /** Counts and sends what is due, and finishes what a crash has interrupted. @throws ProblemError; what `count` throws */
  reportDue(): Promise<void>;
  /** Looks every quarter of an hour what is due. @returns ends it */
  start(): () => void;
}

const place = 'reports/manifest';
const mostTurns = 10;

/** Numbers are persisted before they are sent, and sent until they are taken: a quarter is told with one set of numbers. */
export function createReporter(settings: ReporterSettings): Reporter {
  const { client, store, count, send = sendByClient(client) } = settings;
  const onTrouble = listener(settings.onTrouble);
  async function travel(): Promise<void> {
    for (let turn = 0; turn < mostTurns; turn++) {
      const stored = await store.read(place);
      const step = nextReport(parsed(stored?.text), client.now());
      if (step.kind === 'rest') return;
      if (step.kind === 'collect') {
        const { quarter } = step;
        const pending = { quarter, manifest: await collected(count, quarter), idempotencyKey: randomName() };
        await store.write(place, JSON.stringify({ pending }), stored?.version);
        continue;
      }
      const { quarter, manifest, idempotencyKey } = step;
      const refusal = await refusalOf(send(quarter, manifest, idempotencyKey));
      await store.write(place, JSON.stringify(afterReport(quarter, refusal?.code)), stored?.version);
      if (refusal) throw refusal;
    }
    throw overwritten(place);
  }
  let busy: Promise<void> | undefined;
  const reportDue = async () => {
    busy ??= travel().finally(() => {
      busy = undefined;
    });
    await busy;
  };
  return { reportDue, start: () => startPolling(reportDue, onTrouble) };
}

/** @returns the refusal of what the server will not take, however often it is sent: a closed quarter, wrong numbers */
async function refusalOf(sent: Promise<unknown>): Promise<ProblemError | undefined> {
  try {
    await sent;
    return undefined;
  } catch (error) {
    // What is wrong with the caller can be mended: the same numbers are sent again then.
    if (!isRefusal(error) || [401, 403].includes(error.status)) throw error;
    return error;
  }
}

async function collected(count: Counting, quarter: string): Promise<Manifest> {
  const numbers = Object.entries(count).map(async ([name, ask]) => [name, await ask(quarter)]);
  const result = Manifest.safeParse(Object.fromEntries(await Promise.all(numbers)));
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new TypeError(`The numbers of ${quarter} can't be reported: ${issue?.path.join('.')}: ${issue?.message}`);
}

/** By submit-manifest. */
function sendByClient(client: Client): SendManifest {
  return async (quarter, manifest, idempotencyKey) =>
    await client.callByName('submit-manifest', { quarter, ...manifest }, { idempotencyKey });
}

function parsed(text: string | undefined): ReportRecord | undefined {
  if (text === undefined) return undefined;
  try {
    return ReportRecord.parse(JSON.parse(text));
  } catch {
    // Without its cause: that may quote the names of persons.
    throw new StoreUnusableError(`The record ${place} is no report: was it edited? Restore it, or remove it.`);
  }
}
