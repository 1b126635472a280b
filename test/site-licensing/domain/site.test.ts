import { describe, expect, it } from '@jest/globals';
import { decideReissue } from '../../../domain/site-licensing/refresh.ts';
import {
  assertMayBecome,
  assertMayCreate,
  assertOwnsSite,
  assertSeesSite,
  changeSite,
  deleteSite,
  dormancyOf,
  holderOf,
  type Reference,
  type Site,
  type SiteChange,
  siteAt,
} from '../../../domain/site-licensing/site.ts';
import { boost, caller, day, now, otherSiteId, ref, refusalOf, site, siteId } from './facts.ts';

/** The end of the hour: the sweep reports the end of a key when every key of its hour has ended. */
function hourAfter(at: number): number {
  return (Math.floor(at / 3600) + 1) * 3600;
}

const free: Reference = { sites: {}, wasProduction: false };
const was: Reference = { sites: {}, wasProduction: true };
const taken: Reference = { sites: { active: otherSiteId }, wasProduction: true };

describe('a reference', () => {
  it.each([
    ['dev', 'active', free, undefined],
    ['production', 'active', free, undefined],
    ['production', 'active', was, undefined],
    ['dev', 'active', was, 'reference-was-production'],
    ['production', 'active', taken, 'reference-taken'],
    ['production', 'basic', taken, undefined],
    ['dev', 'basic', taken, 'reference-was-production'],
    ['dev', 'active', taken, 'reference-taken'],
    ['dev', 'basic', { sites: { active: otherSiteId }, wasProduction: false }, undefined],
  ] as const)('for a new %s site in state %s', (mode, state, reference, code) => {
    expect(refusalOf(() => assertMayCreate(reference, { mode, state }))).toBe(code);
  });

  const mine: Reference = { sites: { active: siteId }, wasProduction: true };
  it.each<[string, Site, Partial<Site>, Reference, string | undefined]>([
    ['the state, where that is free', site(), { state: 'basic' }, mine, undefined],
    [
      'the state, where another stands',
      site(),
      { state: 'basic' },
      { ...mine, sites: { active: siteId, basic: otherSiteId } },
      'reference-taken',
    ],
    [
      'the state of a dev site of a reference that is production too',
      site({ mode: 'dev' }),
      { state: 'basic' },
      mine,
      'reference-was-production',
    ],
    ['the reference, where that is free', site(), { ref: ref('NEW') }, free, undefined],
    ['the reference, where another stands', site(), { ref: ref('NEW') }, taken, 'reference-taken'],
    [
      'the reference, where another stands in another state',
      site({ state: 'basic' }),
      { ref: ref('NEW') },
      taken,
      undefined,
    ],
    [
      'the reference of a dev site to one that was production',
      site({ mode: 'dev' }),
      { ref: ref('NEW') },
      was,
      'reference-was-production',
    ],
    ['the reference of a production site to one that was production', site(), { ref: ref('NEW') }, was, undefined],
    ['nothing about its place', site(), { status: 'suspended' }, taken, undefined],
  ])('for a site that changes %s', (_title, before, change, reference, code) => {
    expect(refusalOf(() => assertMayBecome(before, { ...before, ...change }, reference))).toBe(code);
  });
});

describe('a change of a site', () => {
  const app = caller();
  const operator = caller({}, 'operator');
  it.each<[string, Partial<Site>, SiteChange, string | undefined, string | undefined]>([
    ['another state', {}, { state: 'basic' }, undefined, undefined],
    ['another reference', {}, { siteRef: ref('NEW') }, undefined, undefined],
    ['what it is', {}, { state: 'active', siteRef: ref('ABC123') }, 'no-change', 'no-change'],
    ['a mode', { mode: 'dev' }, { mode: 'production' }, 'mode-change-by-refresh', 'mode-change-by-refresh'],
    ['a mode of null', {}, { mode: null }, 'mode-change-by-refresh', 'mode-change-by-refresh'],
    ['a proxy', {}, { state: 'proxy' }, 'state-operator-only', undefined],
    ['a proxy no more', { state: 'proxy' }, { state: 'active' }, 'state-operator-only', undefined],
    ['the reference of a proxy', { state: 'proxy' }, { siteRef: ref('NEW') }, undefined, undefined],
    [
      'the same proxy by name, and a reference',
      { state: 'proxy' },
      { state: 'proxy', siteRef: ref('NEW') },
      undefined,
      undefined,
    ],
    ['a suspension', {}, { status: 'suspended' }, 'status-operator-only', undefined],
    ['a reinstatement', { status: 'suspended' }, { status: 'live' }, 'status-operator-only', undefined],
    ['the state of a suspended site', { status: 'suspended' }, { state: 'basic' }, 'site-suspended', undefined],
    ['the state of a deleted site', { status: 'deleted' }, { state: 'basic' }, 'site-deleted', 'site-deleted'],
    ['a deleted site back to life', { status: 'deleted' }, { status: 'live' }, 'site-deleted', 'site-deleted'],
  ])('to %s', (_title, before, change, forApplication, forOperator) => {
    expect(refusalOf(() => changeSite(site(before), change, app, now))).toBe(forApplication);
    expect(refusalOf(() => changeSite(site(before), change, operator, now))).toBe(forOperator);
  });

  it('to a proxy tells a person, and from one does not', () => {
    const { alerts, site: proxy } = changeSite(site(), { state: 'proxy' }, operator, now);
    expect(alerts).toMatchObject([{ reason: 'proxy-by-operator', subject: `site:${siteId}` }]);
    expect(changeSite(proxy, { state: 'active' }, operator, now).alerts).toEqual([]);
    expect(changeSite(proxy, { siteRef: ref('NEW') }, operator, now).alerts).toEqual([]);
  });

  it('changes what was asked and nothing else', () => {
    expect(changeSite(site(), { state: 'basic' }, app, now).site).toEqual(site({ state: 'basic' }));
    expect(changeSite(site(), { status: 'suspended' }, operator, now).site).toEqual(site({ status: 'suspended' }));
  });
});

describe('a site whose key ended 60 days ago', () => {
  const endsAt = site().key.expiresAt;
  const late = endsAt + 60 * day;
  const operator = caller({}, 'operator');
  const swept = site({ key: { ...site().key, lastNotified: 4 } });
  const alert = { org: 'hub', reason: 'dormant', subject: `site:${siteId}` };

  it('is dormant then and not before, with an alert', () => {
    expect(dormancyOf(swept, late)).toEqual({ site: { ...swept, status: 'dormant' }, at: late, alerts: [alert] });
    expect(dormancyOf(swept, late - 1)).toBeUndefined();
  });

  it('is dormant from that moment on, however late it is noticed', () => {
    expect(dormancyOf(swept, late + 100 * day)).toEqual(dormancyOf(swept, late));
    expect(siteAt(swept, late + 100 * day).status).toBe('dormant');
    expect(siteAt(swept, late - 1)).toBe(swept);
  });

  it('whose end was not noticed either is reported as ended first, at its own time', () => {
    const ended = { org: 'hub', reason: 'key-expired', subject: `site:${siteId}`, at: hourAfter(endsAt) };
    expect(dormancyOf(site(), late)).toMatchObject({ alerts: [ended, alert], site: { key: { lastNotified: 4 } } });
  });

  it.each(['suspended', 'dormant', 'deleted'] as const)('stays %s', status => {
    expect(dormancyOf(site({ status }), late)).toBeUndefined();
  });

  it('comes back dormant when it is reinstated', () => {
    const suspended = site({ status: 'suspended' });
    const reinstated = (at: number) => changeSite(suspended, { status: 'live' }, operator, at);
    expect(reinstated(late)).toEqual({ site: site({ status: 'dormant' }), alerts: [alert] });
    expect(reinstated(late - 1)).toEqual({ site: site(), alerts: [] });
  });

  it('is woken by a new key only', () => {
    const dormant = site({ status: 'dormant' });
    expect(refusalOf(() => changeSite(dormant, { status: 'live' }, operator, late))).toBe('key-expired');
    expect(changeSite(dormant, { state: 'basic' }, caller(), late).site).toEqual({ ...dormant, state: 'basic' });
    expect(decideReissue(holderOf(dormant), caller(), late).generation).toBe(dormant.key.generation + 1);
  });
});

describe('the end of a site', () => {
  it('is a tombstone', () => {
    for (const status of ['live', 'dormant'] as const)
      expect(deleteSite(site({ status }), now)).toEqual({ site: site({ status: 'deleted' }), alerts: [] });
  });

  it.each([
    ['suspended', (at: number) => changeSite(site(), { status: 'suspended' }, caller({}, 'operator'), at)],
    ['deleted', (at: number) => deleteSite(site(), at)],
  ])('of its key is reported at its own time when it is %s before the sweep has noticed', (status, change) => {
    const at = hourAfter(site().key.expiresAt);
    const ended = { org: 'hub', reason: 'key-expired', subject: `site:${siteId}`, at };
    expect(change(at - 1)).toMatchObject({ site: { status }, alerts: [] });
    expect(change(at + day)).toMatchObject({ site: { status, key: { lastNotified: 4 } }, alerts: [ended] });
  });

  it('comes once, and not while the site is suspended', () => {
    expect(refusalOf(() => deleteSite(site({ status: 'deleted' }), now))).toBe('site-deleted');
    expect(refusalOf(() => deleteSite(site({ status: 'suspended' }), now))).toBe('site-suspended');
  });
});

describe('whose a site is', () => {
  it.each([
    ['its application', caller(), site(), undefined, undefined],
    ['another application', caller(), site({ app: boost }), 'not-found', 'not-found'],
    ['one that enforces for it', caller({ enforcesFor: [boost] }), site({ app: boost }), 'not-found', undefined],
    ['an operator', caller({}, 'operator'), site({ app: boost }), undefined, undefined],
    ['no caller, when it does not exist', caller({}, 'operator'), undefined, 'not-found', 'not-found'],
  ] as const)('%s', (_title, who, what, changes, reads) => {
    expect(refusalOf(() => assertOwnsSite(who, what))).toBe(changes);
    expect(refusalOf(() => assertSeesSite(who, what))).toBe(reads);
  });
});
