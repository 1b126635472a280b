import { Jti } from '../../domain/kernel/ids.ts';
import { day, hour } from '../../domain/kernel/time.ts';
import type { KeyRecord } from '../../sdk/keys/key-record.ts';
import { afterRefusal, dueAt, type Intent, type KeyFacts, nextStep } from '../../sdk/keys/key-state.ts';

const issued = 1_795_000_000;
const siteId = 'hub-aaaaaaaaaaaaaaaa-aaaaaaaaaaaaaaaaa';
const facts: KeyFacts = { jti: jtiOf(1), iat: issued, exp: issued + 30 * day, sub: `site:${siteId}` };
const ofEnterprise: KeyFacts = { ...facts, sub: 'enterprise:hub-aaaaaaaaaaaaaaaa' };
const due = dueAt(facts);
const wanted = { enterpriseId: 'hub-aaaaaaaaaaaaaaaa', siteRef: 'A-1', state: 'active', mode: 'dev' };

const records: readonly KeyRecord[] = [
  {},
  { obtain: { operation: 'create-site', input: wanted }, nextIdempotencyKey: 'persisted' },
  { key: 'current key' },
  { key: 'current key', nextIdempotencyKey: 'persisted' },
  { key: 'current key', nextIdempotencyKey: 'persisted', refreshing: {} },
  { key: 'current key', nextIdempotencyKey: 'persisted', refreshing: { mode: 'production' } },
  { key: 'current key', obtain: { operation: 'reissue-key', input: { siteId } }, nextIdempotencyKey: 'persisted' },
];
const wishes: readonly (Intent | undefined)[] = [
  undefined,
  { kind: 'refresh' },
  { kind: 'refresh', mode: 'production' },
  { kind: 'obtain', operation: 'create-site', input: wanted },
  { kind: 'obtain', operation: 'reissue-key', input: { siteId } },
];
const moments = [issued - hour - 1, issued - hour, due - 1, due, facts.exp + day];
const codes = [
  'mode-not-allowed',
  'reference-taken',
  'not-found',
  'unavailable',
  'conflict',
  'key-superseded',
  'site-suspended',
];

/** What is done next with a key, by its record; what a refusal leaves of the record; when a refresh is due. */
export function refreshVectors() {
  return {
    steps: [
      ...records.flatMap(record => wishes.flatMap(wish => moments.map(now => stepOf(record, facts, now, wish)))),
      ...records.slice(2).map(record => stepOf(record, ofEnterprise, due, undefined)),
    ],
    refusals: records.flatMap(record =>
      codes.map(code => ({ record, code, after: afterRefusal(record, code) ?? record })),
    ),
    due: Array.from({ length: 20 }, (_, i) => ({
      jti: jtiOf(i),
      exp: facts.exp,
      dueAt: dueAt({ ...facts, jti: jtiOf(i) }),
    })),
  };
}

function stepOf(record: KeyRecord, ofKey: KeyFacts, now: number, wish: Intent | undefined) {
  const known = 'key' in record ? ofKey : undefined;
  const circumstances = { now, wish, freshIdempotencyKey: 'fresh' };
  return { record, facts: known, ...circumstances, step: nextStep(record, known, circumstances) };
}

function jtiOf(i: number): Jti {
  return Jti.parse(`${i}`.padStart(22, 'A'));
}
