import { hash32, type Jti } from '../../domain/kernel/ids.ts';
import { hour, type Seconds } from '../../domain/kernel/time.ts';
import { refreshAfter } from '../../domain/site-licensing/key-lifetime.ts';
import { type Asking, type Held, isAsking, isHeld, type KeyRecord, keyOf, type Source } from './key-record.ts';

/** What the key in a record says of itself. */
export interface KeyFacts {
  readonly jti: Jti;
  readonly iat: Seconds;
  readonly exp: Seconds;
  /** `site:…` or `enterprise:…` */
  readonly sub: string;
}

/** What somebody wants besides what is due. */
export type Intent =
  | { readonly kind: 'refresh'; readonly mode?: 'production' | undefined }
  | { readonly kind: 'obtain'; readonly operation: Source; readonly input: Readonly<Record<string, unknown>> };

export interface StepContext {
  readonly now: Seconds;
  readonly wish?: Intent | undefined;
  /** at least 122 random bits that nobody has used yet */
  readonly freshIdempotencyKey: string;
}

/** One thing to do; then look at the record again. */
export type KeyStep =
  | { readonly kind: 'rest' }
  /** on the disk before anything is sent */
  | { readonly kind: 'persist'; readonly record: KeyRecord }
  | {
      readonly kind: 'send';
      readonly operation: Source | 'refresh-key' | 'refresh-enterprise-key';
      readonly input: Readonly<Record<string, unknown>>;
      readonly idempotencyKey: string;
      /** whether its answer is what the wish was for */
      readonly fulfils: boolean;
    };

/** Refreshes begin within this time after `refreshAfter`, so that 12 of the 48 hours are left for those that fail at first. */
const spreadSeconds = 36 * hour;

/** A clock that is before the beginning of the key by more than this is wrong; the server shall say. */
const earlySeconds = hour;

/**
 * What to do next with a key: pure, so that it is the same in every language (docs/clients.md). Nothing is sent that is not
 * persisted, and what is persisted as sent is repeated until it is answered.
 * @param facts of the key in the record; undefined also when it does not stand under a Root that is known
 */
export function nextStep(record: KeyRecord, facts: KeyFacts | undefined, at: StepContext): KeyStep {
  if (isAsking(record)) {
    const { obtain, nextIdempotencyKey } = record;
    return { kind: 'send', ...obtain, idempotencyKey: nextIdempotencyKey, fulfils: at.wish?.kind === 'obtain' };
  }
  if (isHeld(record) && facts) return record.refreshing ? refreshOf(record, facts, at) : begin(record, facts, at);
  // What says nothing that can be believed can't be refreshed: another key can be had in its place.
  if (at.wish?.kind !== 'obtain' || (isHeld(record) && !isReissue(at.wish))) return { kind: 'rest' };
  return { kind: 'persist', record: requestRecordOf(at.wish, at.freshIdempotencyKey, keyOf(record)) };
}

/** Whether another key is wished for in the place of one that is lost, or no longer of use. */
export function isReissue(wish: Intent | undefined): boolean {
  return wish?.kind === 'obtain' && wish.operation.startsWith('reissue');
}

/** @returns when the key is to be refreshed: the same moment for every process that holds it */
export function dueAt({ exp, jti }: Pick<KeyFacts, 'exp' | 'jti'>): Seconds {
  return refreshAfter(exp) + (hash32(jti) % spreadSeconds);
}

function begin(record: Held, facts: KeyFacts, { now, wish, freshIdempotencyKey }: StepContext): KeyStep {
  if (wish?.kind === 'obtain' && isReissue(wish))
    return { kind: 'persist', record: requestRecordOf(wish, freshIdempotencyKey, record.key) };
  const isDue = now >= dueAt(facts) || now < facts.iat - earlySeconds;
  if (wish?.kind !== 'refresh' && !isDue) return { kind: 'rest' };
  const mode = wish?.kind === 'refresh' ? wish.mode : undefined;
  const { key, nextIdempotencyKey = freshIdempotencyKey } = record;
  return { kind: 'persist', record: { key, nextIdempotencyKey, refreshing: mode ? { mode } : {} } };
}

function refreshOf({ key, nextIdempotencyKey = '', refreshing }: Held, { sub }: KeyFacts, { wish }: StepContext) {
  const [kind = '', id] = sub.split(':');
  const mode = refreshing?.mode;
  const fulfils = wish?.kind === 'refresh' && (wish.mode === undefined || wish.mode === mode);
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

/** @param key which counts until the new one is there */
function requestRecordOf(
  { operation, input }: Extract<Intent, { kind: 'obtain' }>,
  idempotencyKey: string,
  key?: string,
): Asking {
  const asking = { obtain: { operation, input: { ...input } }, nextIdempotencyKey: idempotencyKey };
  return key === undefined ? asking : { key, ...asking };
}

/** The server says these after it has looked whether the request was done before: it was not, and never will be. */
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

/** @returns the record as it is to be after a refusal; undefined: as it is, the same request is sent again later */
export function afterRefusal(record: KeyRecord, code: string): KeyRecord | undefined {
  // Of a path or a policy that was wrong for a while it is said before the server has looked: a refresh may have been done.
  if (!finalCodes.has(code) || (isHeld(record) && code === 'not-found')) return undefined;
  const key = keyOf(record);
  return key === undefined ? {} : { key };
}
