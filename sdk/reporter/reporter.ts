import type * as z from 'zod';
import { Manifest } from '../../domain/billing/manifest.ts';
import type { Client } from '../client.ts';
import { listener } from '../listener.ts';
import { isRefusal, type ProblemError } from '../problem-error.ts';
import { randomName } from '../sign-request.ts';
import { startPolling } from '../start-polling.ts';
import { contendedRecord, type KeyStore, StoreError } from '../stores/key-store.ts';
import { afterReport, nextReport, ReportRecord } from './reporter-state.ts';

type Numbers = z.input<typeof Manifest>;

/** Callbacks that count the numbers of a manifest; each is called once per quarter, soon after its end. */
export type ManifestCounters = { readonly [F in keyof Numbers]: (quarter: string) => Numbers[F] | Promise<Numbers[F]> };

/** Sends a manifest. Called again with the same manifest and Idempotency-Key until it does not throw. */
export type SendManifest = (quarter: string, manifest: Manifest, idempotencyKey: string) => Promise<unknown>;

export interface ReporterSettings {
  readonly client: Client;
  /** @default submit-manifest */
  readonly send?: SendManifest | undefined;
  /** Keeps the counted numbers, with the names of the admins, until the server has accepted them. */
  readonly store: KeyStore;
  readonly count: ManifestCounters;
  /** Receives errors of counting and sending; a refusal needs intervention. */
  readonly onError?: ((error: unknown) => void) | undefined;
}

/** Reports the numbers of each quarter to the vendor. */
export interface Reporter {
  /** Counts and sends the numbers of the last quarter if they are pending, and completes an interrupted report. @throws ProblemError; errors of `count` */
  reportDue(): Promise<void>;
  /** Runs `reportDue` every quarter of an hour. @returns stops it */
  start(): () => void;
}

const place = 'reports/manifest';
const maxSteps = 10;

/** Creates a reporter. Numbers are persisted before they are sent, and sent until they are accepted: one set of numbers per quarter. */
export function createReporter(settings: ReporterSettings): Reporter {
  const { client, store, count, send = sendByClient(client) } = settings;
  const onError = listener(settings.onError);
  async function advance(): Promise<void> {
    for (let turn = 0; turn < maxSteps; turn++) {
      const stored = await store.read(place);
      const step = nextReport(parsed(stored?.text), client.now());
      if (step.kind === 'none') return;
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
    throw contendedRecord(place);
  }
  let busy: Promise<void> | undefined;
  const reportDue = async () => {
    busy ??= advance().finally(() => {
      busy = undefined;
    });
    await busy;
  };
  return { reportDue, start: () => startPolling(reportDue, onError) };
}

/** Returns the refusal of a manifest that the server will never accept: a closed quarter, invalid numbers. */
async function refusalOf(sent: Promise<unknown>): Promise<ProblemError | undefined> {
  try {
    await sent;
    return undefined;
  } catch (error) {
    // 401 and 403 concern the caller and can be remedied; the same numbers are sent again.
    if (!isRefusal(error) || [401, 403].includes(error.status)) throw error;
    return error;
  }
}

async function collected(count: ManifestCounters, quarter: string): Promise<Manifest> {
  const numbers = Object.entries(count).map(async ([name, ask]) => [name, await ask(quarter)]);
  const result = Manifest.safeParse(Object.fromEntries(await Promise.all(numbers)));
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new TypeError(`The numbers of ${quarter} are invalid: ${issue?.path.join('.')}: ${issue?.message}`);
}

/** Returns a sender that calls submit-manifest. */
function sendByClient(client: Client): SendManifest {
  return async (quarter, manifest, idempotencyKey) =>
    await client.callByName('submit-manifest', { quarter, ...manifest }, { idempotencyKey });
}

function parsed(text: string | undefined): ReportRecord | undefined {
  if (text === undefined) return undefined;
  try {
    return ReportRecord.parse(JSON.parse(text));
  } catch {
    // No `cause`: it may quote the names of persons.
    throw new StoreError(`The record ${place} is invalid: expected a report. Restore it, or remove it.`);
  }
}
