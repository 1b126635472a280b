import { describe, expect, it } from '@jest/globals';
import { Jti } from '../../domain/kernel/ids.ts';
import { previousQuarter, quarterBegins, quarterOf } from '../../domain/kernel/time.ts';
import { asked, failed, healthy, mayAsk } from '../../sdk/guard/connection.ts';
import { knownVerdict } from '../../sdk/guard/guard-state.ts';
import type { HeldRecord, RequestedRecord } from '../../sdk/keys/key-record.ts';
import { afterRefusal, nextStep, refreshAt } from '../../sdk/keys/key-state.ts';
import { afterReport, nextReport } from '../../sdk/reporter/reporter-state.ts';

const hour = 3600;
const day = 86_400;
const now = 1_795_000_000;
const jtiOf = (i: number) => Jti.parse(`${i}`.padStart(22, 'A'));
const facts = (i = 1, iat = now) => ({ jti: jtiOf(i), iat, exp: iat + 30 * day, sub: 'site:hub-a-b' });
const at = (time: number, intent?: Parameters<typeof nextStep>[2]['intent']) => ({
  now: time,
  intent,
  freshIdempotencyKey: 'fresh',
});

describe('when a key is refreshed', () => {
  it('is within 36 h of refreshAfter, and the keys of one moment are spread over all of it', () => {
    const late = Array.from({ length: 1000 }, (_, i) => refreshAt(facts(i)) - (now + 20 * day));
    expect(Math.min(...late)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...late)).toBeLessThan(36 * hour);
    const hours = Array.from({ length: 36 }, (_, i) => late.filter(one => Math.floor(one / hour) === i).length);
    expect(Math.min(...hours)).toBeGreaterThan(5);
  });

  it('is at once when the clock is before the beginning of the key: the server shall say', () => {
    expect(nextStep({ key: 'k' }, facts(), at(now - 2 * hour))).toMatchObject({ kind: 'persist' });
    expect(nextStep({ key: 'k' }, facts(), at(now - hour / 2))).toEqual({ kind: 'none' });
  });
});

describe('the steps of a refresh', () => {
  const due = at(now + 25 * day);

  it('persist first, with the Idempotency-Key that was chosen before, if one was', () => {
    const fresh = { key: 'k', nextIdempotencyKey: 'fresh', refreshing: {} };
    expect(nextStep({ key: 'k' }, facts(), due)).toEqual({ kind: 'persist', record: fresh });
    const record: HeldRecord = { key: 'k', nextIdempotencyKey: 'chosen' };
    expect(nextStep(record, facts(), due)).toMatchObject({ record: { nextIdempotencyKey: 'chosen' } });
    expect(nextStep(record, facts(), at(now))).toEqual({ kind: 'none' });
  });

  it('send what was persisted, whether it is due or not, the same each time', () => {
    const record: HeldRecord = { key: 'k', nextIdempotencyKey: 'chosen', refreshing: { mode: 'production' } };
    const send = { kind: 'send', operation: 'refresh-key', idempotencyKey: 'chosen' };
    const input = { siteId: 'hub-a-b', key: 'k', mode: 'production' };
    for (const when of [at(now), due, at(now, { kind: 'refresh' })])
      expect(nextStep(record, facts(), when)).toMatchObject({ ...send, input });
  });

  it('finish a plain refresh before a promotion begins', () => {
    const record: HeldRecord = { key: 'k', nextIdempotencyKey: 'chosen', refreshing: {} };
    const step = nextStep(record, facts(), at(now, { kind: 'refresh', mode: 'production' }));
    expect(step).toMatchObject({ kind: 'send', input: { siteId: 'hub-a-b', key: 'k' }, fulfils: false });
  });

  it('repeat a refresh that is not found: a wrong path is told so before anybody looks whether it was done', () => {
    expect(afterRefusal({ key: 'k', nextIdempotencyKey: 'chosen', refreshing: {} }, 'not-found')).toBeUndefined();
  });

  it('keep the key that a reissue replaces until the new one is there', () => {
    const intent = { kind: 'obtain', operation: 'reissue-key', input: {} } as const;
    const asking: RequestedRecord = {
      key: 'k',
      obtain: { operation: 'reissue-key', input: {} },
      nextIdempotencyKey: 'fresh',
    };
    expect(nextStep({ key: 'k' }, facts(), at(now, intent))).toEqual({ kind: 'persist', record: asking });
    expect(nextStep(asking, facts(), at(now))).toMatchObject({ kind: 'send', operation: 'reissue-key' });
    expect(afterRefusal(asking, 'not-found')).toEqual({ key: 'k' });
  });

  it('give up what the server has refused for good, and nothing else', () => {
    const asking: RequestedRecord = { obtain: { operation: 'create-site', input: {} }, nextIdempotencyKey: 'chosen' };
    const held: HeldRecord = { key: 'k', nextIdempotencyKey: 'chosen', refreshing: {} };
    expect([afterRefusal(asking, 'reference-taken'), afterRefusal(held, 'mode-not-allowed')]).toEqual([
      {},
      { key: 'k' },
    ]);
    for (const code of ['unavailable', 'signature-invalid', 'site-suspended', 'key-superseded', 'conflict', 'unknown'])
      expect([afterRefusal(asking, code), afterRefusal(held, code)]).toEqual([undefined, undefined]);
  });
});

describe('the connection of a guard', () => {
  it('waits longer after each failure, up to 5 minutes, half of it random', () => {
    let connection = healthy;
    const pauses = Array.from({ length: 12 }, (_, i) => {
      connection = failed(connection, 0, i, 1);
      return connection.retryAt;
    });
    expect(pauses.slice(0, 4)).toEqual([2, 4, 8, 16]);
    expect(pauses.at(-1)).toBe(300);
    expect(failed(healthy, 0, 0, 0).retryAt).toBe(1);
  });

  it('lets one try, and the next one half a minute later if that has no end', () => {
    const down = failed(healthy, 0, 0, 1);
    expect([mayAsk(down, 1), mayAsk(down, 2)]).toEqual([false, true]);
    const trying = asked(down, 2);
    expect([mayAsk(trying, 2), mayAsk(trying, 32)]).toEqual([false, true]);
  });

  it('counts the failures of questions that were under way together once', () => {
    const once = failed(healthy, 0, 0, 1);
    expect(failed(once, 0, 0, 1)).toBe(once);
  });
});

it('a verdict is asked for again between half and nine tenths of its time', () => {
  const said = { valid: true, iat: now, exp: now + 1000 };
  const limits = { cacheSeconds: hour, graceSeconds: day };
  expect([0, 1].map(random => knownVerdict(said, limits, random).recheckAt - now)).toEqual([500, 900]);
  expect(knownVerdict(said, { ...limits, cacheSeconds: 100 }, 0)).toMatchObject({
    until: now + 100,
    recheckAt: now + 50,
  });
});

describe('when the numbers of a quarter are told', () => {
  const quarter = quarterOf(now);
  const begins = quarterBegins(quarter);
  const last = previousQuarter(quarter);

  it('is from its end on, once, for ten days', () => {
    expect(nextReport(undefined, begins)).toEqual({ kind: 'collect', quarter: last });
    expect(nextReport({ done: previousQuarter(last) }, begins + 10 * day - 1)).toEqual({
      kind: 'collect',
      quarter: last,
    });
    expect(nextReport({ done: last }, begins)).toEqual({ kind: 'none' });
    expect(nextReport(undefined, begins + 10 * day)).toEqual({ kind: 'none' });
  });

  it('is again what was refused, but not a quarter that is closed', () => {
    expect(afterReport(last, undefined)).toEqual({ done: last });
    expect(afterReport(last, 'quarter-closed')).toEqual({ done: last });
    expect(afterReport(last, 'invalid-request')).toEqual({ done: previousQuarter(last) });
  });
});
