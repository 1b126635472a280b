import { describe, expect, it } from '@jest/globals';
import {
  assertMayLimit,
  chooseMode,
  enterpriseCap,
  Policy,
  servedApplication,
} from '../../../domain/identity/policy.ts';
import { assertInOrg, assertSeesEnterprise, seesKeysOf } from '../../../domain/identity/visibility.ts';
import { AppId, EnterpriseId, OrgId } from '../../../domain/kernel/ids.ts';
import { reservedEnterprise } from '../../../domain/site-licensing/enterprise.ts';
import { boost, caller, enterpriseId, hwf, now, refusalOf, siteId } from '../../site-licensing/domain/facts.ts';

const hwfPolicy = Policy.parse({ modes: ['production'] });
const boostPolicy = Policy.parse({ modes: ['dev', 'production'] });
const operator = caller({}, 'operator');
const core = OrgId.parse('core');

describe('the mode of a new site', () => {
  it('may be left out by HWF, which has one, and must be said by Boost, which has two', () => {
    expect(chooseMode(hwfPolicy, undefined)).toBe('production');
    expect(chooseMode(hwfPolicy, 'production')).toBe('production');
    expect(chooseMode(boostPolicy, 'dev')).toBe('dev');
    expect(chooseMode(boostPolicy, 'production')).toBe('production');
    expect(refusalOf(() => chooseMode(hwfPolicy, 'dev'))).toBe('mode-not-allowed');
    expect(refusalOf(() => chooseMode(boostPolicy, undefined))).toBe('mode-required');
  });
});

describe('a policy', () => {
  it('has careful defaults', () => {
    expect(hwfPolicy).toEqual({
      modes: ['production'],
      createEnterprises: 0,
      enforcesFor: [],
      enterprises: 'all',
      cacheSeconds: 3600,
      graceSeconds: 432_000,
    });
  });

  it.each([
    ['no modes', { modes: [] }],
    ['a mode of its own', { modes: ['proxy'] }],
    ['a cache of more than an hour', { cacheSeconds: 3601 }],
    ['a cache of less than a minute', { cacheSeconds: 59 }],
    ['a grace of more than five days', { graceSeconds: 432_001 }],
    ['a negative cap', { createEnterprises: -1 }],
    ['an unknown member', { admin: true }],
  ])('does not take %s', (_title, more) => {
    expect(Policy.safeParse({ modes: ['production'], ...more }).success).toBe(false);
  });
});

describe('the cap of enterprises', () => {
  it('is the policy’s for applications, none for operators, and zero means no', () => {
    expect(enterpriseCap(caller({ createEnterprises: 3 }))).toBe(3);
    expect(enterpriseCap(operator)).toBeUndefined();
    expect(refusalOf(() => enterpriseCap(caller()))).toBe('not-permitted');
  });
});

describe('for whom an enterprise key is', () => {
  it('is the application itself; an operator says for whom', () => {
    expect(servedApplication(caller(), undefined)).toBe(hwf);
    expect(servedApplication(caller(), hwf)).toBe(hwf);
    expect(refusalOf(() => servedApplication(caller(), boost))).toBe('not-permitted');
    expect(servedApplication(operator, boost)).toBe(boost);
    expect(refusalOf(() => servedApplication(operator, undefined))).toBe('invalid-request');
  });
});

describe('the limit of configuration users', () => {
  it('is an operator’s to set', () => {
    expect(refusalOf(() => assertMayLimit(caller(), 1))).toBe('not-permitted');
    expect(refusalOf(() => assertMayLimit(caller(), 0))).toBe('not-permitted');
    expect(refusalOf(() => assertMayLimit(caller(), undefined))).toBeUndefined();
    expect(refusalOf(() => assertMayLimit(operator, 1))).toBeUndefined();
  });
});

describe('what a caller sees', () => {
  const other = EnterpriseId.parse('hub-bbbbbbbbbbbbbbbb');
  const made = reservedEnterprise(enterpriseId, boost, undefined, now);
  it.each([
    ['of all enterprises', caller(), undefined],
    ['of a list with it', caller({ enterprises: [enterpriseId] }), undefined],
    ['of a list without it', caller({ enterprises: [other] }), 'not-found'],
    ['of an empty list', caller({ enterprises: [] }), 'not-found'],
    ['of an empty list, though it made it', caller({ enterprises: [] }, 'application', boost), undefined],
    ['as an operator', caller({ enterprises: [] }, 'operator'), undefined],
    ['of another Org', caller({}, 'application', hwf, core), 'not-found'],
    [
      'of another Org, named in its list',
      caller({ enterprises: [enterpriseId] }, 'application', boost, core),
      'not-found',
    ],
    ['as an operator of another Org', caller({}, 'operator', hwf, core), 'not-found'],
  ] as const)('is an enterprise %s', (_title, who, code) => {
    expect(refusalOf(() => assertSeesEnterprise(who, made))).toBe(code);
    expect(refusalOf(() => assertSeesEnterprise(who, undefined))).toBe('not-found');
  });

  it('is nothing of another Org', () => {
    for (const id of [enterpriseId, siteId]) {
      expect(refusalOf(() => assertInOrg(caller({}, 'operator', hwf, core), id, 'thing'))).toBe('not-found');
      expect(refusalOf(() => assertInOrg(operator, id, 'thing'))).toBeUndefined();
    }
  });

  it('are its own keys, those that it enforces for, and for operators all', () => {
    expect(seesKeysOf(caller(), hwf)).toBe(true);
    expect(seesKeysOf(caller(), boost)).toBe(false);
    expect(seesKeysOf(caller({ enforcesFor: [boost] }), boost)).toBe(true);
    expect(seesKeysOf(caller({ enforcesFor: [boost] }), AppId.parse('other'))).toBe(false);
    expect(seesKeysOf(operator, boost)).toBe(true);
  });
});
