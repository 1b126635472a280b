import { Jti } from '../../domain/kernel/ids.ts';
import { day, hour } from '../../domain/kernel/time.ts';
import type { KeyRecord } from '../../sdk/keys/key-record.ts';
import { afterRefusal, type Intent, type KeyFacts, nextStep, refreshAt } from '../../sdk/keys/key-state.ts';

const issued = 1_795_000_000;
const siteId = 'hub-aaaaaaaaaaaaaaaa-aaaaaaaaaaaaaaaaa';
const facts: KeyFacts = { jti: jtiOf(1), iat: issued, exp: issued + 30 * day, sub: `site:${siteId}` };
const ofEnterprise: KeyFacts = { ...facts, sub: 'enterprise:hub-aaaaaaaaaaaaaaaa' };
const due = refreshAt(facts);
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
const intents: readonly (Intent | undefined)[] = [
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

/** Returns the vectors of refreshes: the next step of a record, the record after a refusal, the scheduled time. */
export function refreshVectors() {
  return {
    steps: [
      ...records.flatMap(record => intents.flatMap(intent => moments.map(now => stepOf(record, facts, now, intent)))),
      ...records.slice(2).map(record => stepOf(record, ofEnterprise, due, undefined)),
    ],
    refusals: records.flatMap(record =>
      codes.map(code => ({ record, code, after: afterRefusal(record, code) ?? record })),
    ),
    schedule: Array.from({ length: 20 }, (_, i) => ({
      jti: jtiOf(i),
      exp: facts.exp,
      refreshAt: refreshAt({ ...facts, jti: jtiOf(i) }),
    })),
  };
}

function stepOf(record: KeyRecord, ofKey: KeyFacts, now: number, intent: Intent | undefined) {
  const known = 'key' in record ? ofKey : undefined;
  const context = { now, intent, freshIdempotencyKey: 'fresh' };
  return { record, facts: known, ...context, step: nextStep(record, known, context) };
}

function jtiOf(i: number): Jti {
  return Jti.parse(`${i}`.padStart(22, 'A'));
}
