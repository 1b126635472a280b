import { hash32, type Jti } from '../../domain/kernel/ids.ts';
import { hour, type Seconds } from '../../domain/kernel/time.ts';
import { refreshAfter } from '../../domain/site-licensing/key-lifetime.ts';
import {
  type HeldRecord,
  isHeld,
  isRequested,
  type KeyRecord,
  type KeySource,
  keyOf,
  type RequestedRecord,
} from './key-record.ts';

/** Claims of the key in a record. */
export interface KeyFacts {
  readonly jti: Jti;
  readonly iat: Seconds;
  readonly exp: Seconds;
  /** `site:…` or `enterprise:…` */
  readonly sub: string;
}

/** Request of the application, beyond scheduled refreshes. */
export type Intent =
  | { readonly kind: 'refresh'; readonly mode?: 'production' | undefined }
  | { readonly kind: 'obtain'; readonly operation: KeySource; readonly input: Readonly<Record<string, unknown>> };

export interface StepContext {
  readonly now: Seconds;
  readonly intent?: Intent | undefined;
  /** Idempotency-Key that was never used: at least 122 random bits. */
  readonly freshIdempotencyKey: string;
}

/** One action; after it, the next step is computed from the record again. */
export type KeyStep =
  | { readonly kind: 'none' }
  /** Write the record durably, before anything is sent. */
  | { readonly kind: 'persist'; readonly record: KeyRecord }
  | {
      readonly kind: 'send';
      readonly operation: KeySource | 'refresh-key' | 'refresh-enterprise-key';
      readonly input: Readonly<Record<string, unknown>>;
      readonly idempotencyKey: string;
      /** Whether the answer fulfils the intent. */
      readonly fulfils: boolean;
    };

/** Spread of refreshes after `refreshAfter`: 12 of the 48 hours remain for retries. */
const spreadSeconds = 36 * hour;

/** A clock that is earlier than `iat` by more than this is wrong: a refresh asks the server. */
const earlySeconds = hour;

/**
 * Computes the next step for a key. Pure, so that clients in every language behave the same (docs/clients.md). A request is
 * persisted before it is sent, and repeated until it is answered.
 * @param facts claims of the key in the record; undefined also when the key is not under a known Root
 */
export function nextStep(record: KeyRecord, facts: KeyFacts | undefined, at: StepContext): KeyStep {
  if (isRequested(record)) {
    const { obtain, nextIdempotencyKey } = record;
    return { kind: 'send', ...obtain, idempotencyKey: nextIdempotencyKey, fulfils: at.intent?.kind === 'obtain' };
  }
  if (isHeld(record) && facts) return record.refreshing ? refreshOf(record, facts, at) : begin(record, facts, at);
  // A key without verified claims can't be refreshed, only reissued.
  if (at.intent?.kind !== 'obtain' || (isHeld(record) && !isReissue(at.intent))) return { kind: 'none' };
  return { kind: 'persist', record: requestRecordOf(at.intent, at.freshIdempotencyKey, keyOf(record)) };
}

/** Whether the intent is to replace a lost or unusable key. */
export function isReissue(intent: Intent | undefined): boolean {
  return intent?.kind === 'obtain' && intent.operation.startsWith('reissue');
}

/** Returns the time of the scheduled refresh, the same for every process that holds the key. */
export function refreshAt({ exp, jti }: Pick<KeyFacts, 'exp' | 'jti'>): Seconds {
  return refreshAfter(exp) + (hash32(jti) % spreadSeconds);
}

function begin(record: HeldRecord, facts: KeyFacts, { now, intent, freshIdempotencyKey }: StepContext): KeyStep {
  if (intent?.kind === 'obtain' && isReissue(intent))
    return { kind: 'persist', record: requestRecordOf(intent, freshIdempotencyKey, record.key) };
  const isDue = now >= refreshAt(facts) || now < facts.iat - earlySeconds;
  if (intent?.kind !== 'refresh' && !isDue) return { kind: 'none' };
  const mode = intent?.kind === 'refresh' ? intent.mode : undefined;
  const { key, nextIdempotencyKey = freshIdempotencyKey } = record;
  return { kind: 'persist', record: { key, nextIdempotencyKey, refreshing: mode ? { mode } : {} } };
}

function refreshOf(
  { key, nextIdempotencyKey = '', refreshing }: HeldRecord,
  { sub }: KeyFacts,
  { intent }: StepContext,
) {
  const [kind = '', id] = sub.split(':');
  const mode = refreshing?.mode;
  const fulfils = intent?.kind === 'refresh' && (intent.mode === undefined || intent.mode === mode);
  const about = kind === 'site' ? { siteId: id } : { enterpriseId: id };
  const operation = kind === 'site' ? ('refresh-key' as const) : ('refresh-enterprise-key' as const);
  return {
    kind: 'send',
    operation,
    input: { ...about, key, ...(mode && { mode }) },
    idempotencyKey: nextIdempotencyKey,
    fulfils,
  } as const;
}

/** @param key current key, valid until the new one is stored */
function requestRecordOf(
  { operation, input }: Extract<Intent, { kind: 'obtain' }>,
  idempotencyKey: string,
  key?: string,
): RequestedRecord {
  const asking = { obtain: { operation, input: { ...input } }, nextIdempotencyKey: idempotencyKey };
  return key === undefined ? asking : { key, ...asking };
}

/** Codes that the server returns after its idempotency check: the request was not executed, and never will be. */
const finalCodes: ReadonlySet<string> = new Set([
  'mode-required',
  'mode-not-allowed',
  'mode-not-downgradable',
  'reference-taken',
  'reference-was-production',
  'enterprise-cap-reached',
  'invalid-request',
  'not-found',
]);

/** Returns the record after a refusal; undefined when it stays as it is and the same request is sent again later. */
export function afterRefusal(record: KeyRecord, code: string): KeyRecord | undefined {
  // `not-found` can precede the idempotency check (a wrong path, a changed policy): the refresh may have been executed.
  if (!finalCodes.has(code) || (isHeld(record) && code === 'not-found')) return undefined;
  const key = keyOf(record);
  return key === undefined ? {} : { key };
}
