import { describe, expect, it } from '@jest/globals';
import {
  assertIssues,
  assertServes,
  changeEnterprise,
  decideEnterpriseReissue,
  type Enterprise,
  reservedEnterprise,
} from '../../../domain/site-licensing/enterprise.ts';
import { linkDays, needsRenewal, renewLinkDays } from '../../../domain/trust/links.ts';
import { boost, caller, day, enterpriseId, hwf, now, recordedKey, refusalOf } from './facts.ts';

const reserved = reservedEnterprise(enterpriseId, hwf, undefined, now);
const link = { id: 'link', kid: 'kid', chain: 'a~b', expiresAt: now + 62 * day };
const live: Enterprise = { ...reserved, status: 'live', kmsKey: 'arn', link };
const suspended: Enterprise = { ...live, status: 'suspended' };

describe('an enterprise', () => {
  it('issues keys when it is live, unless the deny list knows better', () => {
    expect(assertIssues(live, now)).toEqual(live);
    expect(refusalOf(() => assertIssues(live, now, true))).toBe('enterprise-suspended');
    expect(refusalOf(() => assertIssues(suspended, now))).toBe('enterprise-suspended');
    expect(refusalOf(() => assertIssues(reserved, now))).toBe('conflict');
  });

  it('issues no key under a link that ends before the key could be refreshed', () => {
    expect(refusalOf(() => assertIssues(live, link.expiresAt - 11 * day))).toBeUndefined();
    expect(refusalOf(() => assertIssues(live, link.expiresAt - 11 * day + 1))).toBe('unavailable');
  });

  it.each<[string, Enterprise, Parameters<typeof changeEnterprise>[1], Partial<Enterprise> | string]>([
    ['is suspended', live, { status: 'suspended' }, suspended],
    ['is reinstated', suspended, { status: 'live' }, live],
    ['takes another limit', live, { configurationUsers: 0 }, { ...live, limits: { configurationUsers: 0 } }],
    ['keeps its limit when it is suspended', live, { status: 'suspended' }, { limits: { configurationUsers: 12 } }],
    ['is not suspended twice', suspended, { status: 'suspended' }, 'no-change'],
    ['is not reinstated when it is live', live, { status: 'live' }, 'no-change'],
    ['is not changed while it is being made', reserved, { status: 'suspended' }, 'conflict'],
  ])('%s', (_title, before, change, after) => {
    if (typeof after === 'string') expect(refusalOf(() => changeEnterprise(before, change))).toBe(after);
    else expect(changeEnterprise(before, change)).toMatchObject(after);
  });

  it('has 12 configuration users unless an operator says otherwise', () => {
    expect(reserved.limits.configurationUsers).toBe(12);
    expect(reservedEnterprise(enterpriseId, hwf, 0, now).limits.configurationUsers).toBe(0);
  });
});

describe('an enterprise key', () => {
  const held = { enterprise: enterpriseId, app: hwf, key: recordedKey() };

  it('is its application’s alone', () => {
    expect(assertServes(held, hwf)).toBe(held);
    expect(refusalOf(() => assertServes(held, boost))).toBe('not-found');
    expect(refusalOf(() => assertServes(undefined, hwf))).toBe('not-found');
  });

  it('is reissued with an alert, but the first one of an application is no news', () => {
    expect(decideEnterpriseReissue(undefined, caller(), now)).toEqual({ generation: 1, alerts: [] });
    expect(decideEnterpriseReissue(held, caller(), now)).toMatchObject({
      generation: 3,
      alerts: [{ reason: 'reissued' }],
    });
  });
});

describe('a link', () => {
  it.each([
    ['enterprise', 32 * day, true],
    ['enterprise', 32 * day + 1, false],
    ['org', 365 * day, true],
    ['org', 365 * day + 1, false],
  ] as const)('of an %s with %d seconds left', (kind, left, due) => {
    expect(needsRenewal(kind, now + left, now)).toBe(due);
  });

  it('of an enterprise always has room for a key of 31 days when it is not due', () => {
    expect(renewLinkDays.enterprise * day).toBeGreaterThanOrEqual(31 * day);
    expect(linkDays.enterprise).toBeGreaterThan(renewLinkDays.enterprise);
  });
});
