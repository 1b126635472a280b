import { describe, expect, it } from '@jest/globals';
import { AlertingRefusal } from '../../../domain/alerts/alerting-refusal.ts';
import type { KeyRequest } from '../../../domain/site-licensing/recorded-key.ts';
import { decideRefresh, decideReissue, type KeyHolder } from '../../../domain/site-licensing/refresh.ts';
import { boost, caller, day, holder, jti, now, recordedKey, refusalOf, request } from './facts.ts';

const expired = (seconds: number) => recordedKey({ expiresAt: now - seconds });
const same = request({ idempotencyHash: 'recorded', presented: jti('A') });
const live = { jti: jti('B'), gen: 2 };
const old = { jti: jti('A'), gen: 1 };

interface Asked {
  readonly holder?: Partial<KeyHolder>;
  readonly request?: Partial<KeyRequest>;
  readonly presented?: typeof live;
}
const decide = ({ holder: held = {}, request: asked = {}, presented = live }: Asked) =>
  decideRefresh(holder(held), { caller: caller(), request: request(asked), presented }, now);

describe('a refresh', () => {
  it.each<[string, Asked, object]>([
    ['issues the next key', {}, { outcome: 'issue', generation: 3, mode: 'production', alerts: [] }],
    ['issues in the last second', { holder: { key: expired(-1) } }, { outcome: 'issue', alerts: [] }],
    [
      'issues after the end, and tells a person',
      { holder: { key: expired(0) } },
      { outcome: 'issue', alerts: [{ reason: 'refreshed-after-expiry' }] },
    ],
    ['issues until 60 days after the end', { holder: { key: expired(60 * day - 1) } }, { outcome: 'issue' }],
    [
      'promotes dev',
      { holder: { mode: 'dev' }, request: { mode: 'production' } },
      { outcome: 'issue', mode: 'production' },
    ],
    ['leaves dev as it is', { holder: { mode: 'dev' } }, { outcome: 'issue', mode: 'dev' }],
    ['may say the mode that is', { request: { mode: 'production' } }, { outcome: 'issue', mode: 'production' }],
    ['repeats the same request', { request: same, presented: old }, { outcome: 'repeat' }],
    [
      'repeats long after the end',
      { request: same, presented: old, holder: { key: expired(80 * day) } },
      { outcome: 'repeat' },
    ],
    ['has no mode where modes mean nothing', { holder: { mode: undefined } }, { outcome: 'issue', mode: undefined }],
  ])('%s', (_title, asked, decision) => {
    expect(decide(asked)).toMatchObject(decision);
  });

  it.each<[string, Asked, string]>([
    ['of a deleted site', { holder: { status: 'deleted' } }, 'site-deleted'],
    ['of a suspended site', { holder: { status: 'suspended' } }, 'site-suspended'],
    [
      'of a deleted site, though it is the same request',
      { holder: { status: 'deleted' }, request: same, presented: old },
      'site-deleted',
    ],
    [
      'of a suspended site, though it is the same request',
      { holder: { status: 'suspended' }, request: same, presented: old },
      'site-suspended',
    ],
    ['with a superseded key', { presented: old }, 'key-superseded'],
    [
      'with a superseded key, though it expired long ago',
      { presented: old, holder: { key: expired(90 * day) } },
      'key-superseded',
    ],
    ['with a live generation of another jti', { presented: { jti: jti('C'), gen: 2 } }, 'key-superseded'],
    ['60 days after the end', { holder: { key: expired(60 * day) } }, 'key-expired'],
    [
      'of a site that is dormant, by a request that came a moment before',
      { holder: { status: 'dormant' } },
      'key-expired',
    ],
    [
      '60 days after the end, though it asks for dev',
      { holder: { key: expired(60 * day) }, request: { mode: 'dev' } },
      'key-expired',
    ],
    ['from production to dev', { request: { mode: 'dev' } }, 'mode-not-downgradable'],
    [
      'with the Idempotency-Key of another operation',
      { request: { ...same, operation: 'reissue-key' } },
      'idempotency-key-reused',
    ],
    ['with the Idempotency-Key of another application', { request: { ...same, app: boost } }, 'idempotency-key-reused'],
    [
      'with the Idempotency-Key of another key',
      { request: { ...same, presented: jti('B') } },
      'idempotency-key-reused',
    ],
    [
      'with the Idempotency-Key of another mode',
      { request: { ...same, mode: 'production' } },
      'idempotency-key-reused',
    ],
  ])('is refused: %s', (_title, asked, code) => {
    expect(refusalOf(() => decide(asked))).toBe(code);
  });

  it('raises an alert of a possible clone, with the generation, and no other refusal does', () => {
    expect(alertOf({ presented: old })).toMatchObject({ reason: 'possible-clone', detail: 'generation-1' });
    expect(alertOf({ holder: { status: 'deleted' }, presented: old })).toBeUndefined();
    expect(alertOf({ holder: { key: expired(61 * day) } })).toBeUndefined();
  });

  function alertOf(asked: Asked): unknown {
    try {
      return decide(asked);
    } catch (error) {
      return error instanceof AlertingRefusal ? error.alert : undefined;
    }
  }
});

describe('the end of a key that the sweep has not noticed', () => {
  const endedAt = now - 5 * day;
  const notified = (lastNotified: number | undefined, status: 'live' | 'dormant' = 'live') =>
    decideReissue(holder({ status, key: recordedKey({ expiresAt: endedAt, lastNotified }) }), caller(), now).alerts;
  const at = (Math.floor(endedAt / 3600) + 1) * 3600;

  it('is reported with the key that replaces it, at its own time', () => {
    expect(notified(undefined)).toMatchObject([{ reason: 'key-expired', at }, { reason: 'reissued' }]);
    expect(notified(3)).toMatchObject([{ reason: 'key-expired', at }, { reason: 'reissued' }]);
    const late = decide({ holder: { key: recordedKey({ expiresAt: endedAt }) } });
    expect(late).toMatchObject({ alerts: [{ reason: 'key-expired', at }, { reason: 'refreshed-after-expiry' }] });
  });

  it('is not reported again, nor before the hour of the key is over, nor of a site that is not live', () => {
    expect(notified(4)).toMatchObject([{ reason: 'reissued' }]);
    expect(notified(undefined, 'dormant')).toMatchObject([{ reason: 'reissued' }]);
    const key = recordedKey({ expiresAt: at - 1 });
    expect(decideReissue(holder({ key }), caller(), at - 1).alerts).toMatchObject([{ reason: 'reissued' }]);
  });
});

describe('a reissue', () => {
  it.each(['live', 'dormant'] as const)('gives a %s site the next key and tells a person', status => {
    const decision = decideReissue(holder({ status }), caller(), now);
    expect(decision).toMatchObject({ generation: 3, alerts: [{ reason: 'reissued', detail: 'generation-3' }] });
  });

  it.each([
    ['deleted', 'site-deleted'],
    ['suspended', 'site-suspended'],
  ] as const)('is refused of a %s site', (status, code) => {
    expect(refusalOf(() => decideReissue(holder({ status }), caller(), now))).toBe(code);
  });
});
