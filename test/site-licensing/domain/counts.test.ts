import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { countOf } from '../../../domain/site-licensing/counting.ts';
import { billedChange, countsMovedBy, sumCounts } from '../../../domain/site-licensing/counts.ts';
import type { Site } from '../../../domain/site-licensing/site.ts';
import { siteStates } from '../../../domain/site-licensing/site.ts';
import { enterpriseId, hwf, ref, site } from './facts.ts';

const seed = 5;

/** Whatever may happen to a site: production never becomes dev again, and nothing follows a deletion. */
const life = fc
  .array(
    fc.record({
      mode: fc.constantFrom('production', 'dev'),
      state: fc.constantFrom(...siteStates),
      status: fc.constantFrom('live', 'suspended', 'dormant'),
    }),
    { minLength: 1 },
  )
  .chain(places => fc.boolean().map(isDeleted => ({ places, isDeleted })))
  .map(({ places, isDeleted }) => {
    const promotedAt = places.findIndex(({ mode }) => mode === 'production');
    const history = places.map((place, i) =>
      site({ ...place, mode: promotedAt >= 0 && i >= promotedAt ? 'production' : 'dev' }),
    );
    const last = history.at(-1) ?? site();
    return isDeleted ? [...history, { ...last, status: 'deleted' as const }] : history;
  });

describe('the counts that a change moves', () => {
  const was = site();
  it.each<[string, Site | undefined, Site, Record<string, number>]>([
    ['a new site', undefined, site(), { 'production:active:live': 1, 'move:new': 1 }],
    ['a new dev site', undefined, site({ mode: 'dev' }), { 'dev:active:live': 1 }],
    ['a refresh', was, site(), {}],
    ['another reference', was, site({ ref: ref('XYZ') }), {}],
    ['another state', was, site({ state: 'basic' }), { 'production:active:live': -1, 'production:basic:live': 1 }],
    [
      'a proxy',
      was,
      site({ state: 'proxy' }),
      { 'production:active:live': -1, 'production:proxy:live': 1, 'move:proxied': 1 },
    ],
    [
      'a proxy no more',
      site({ state: 'proxy' }),
      was,
      { 'production:active:live': 1, 'production:proxy:live': -1, 'move:proxyRemoved': 1 },
    ],
    [
      'a promotion',
      site({ mode: 'dev' }),
      was,
      { 'dev:active:live': -1, 'production:active:live': 1, 'move:promoted': 1 },
    ],
    [
      'a suspension',
      was,
      site({ status: 'suspended' }),
      { 'production:active:live': -1, 'production:active:suspended': 1 },
    ],
    [
      'a site that fell asleep',
      was,
      site({ status: 'dormant' }),
      { 'production:active:live': -1, 'production:active:dormant': 1, 'move:dormant': 1 },
    ],
    [
      'a site that woke',
      site({ status: 'dormant' }),
      was,
      { 'production:active:live': 1, 'production:active:dormant': -1, 'move:reactivated': 1 },
    ],
    ['a deletion', was, site({ status: 'deleted' }), { 'production:active:live': -1, 'move:deleted': 1 }],
    [
      'the deletion of a suspended dev site',
      site({ mode: 'dev', status: 'suspended' }),
      site({ mode: 'dev', status: 'deleted' }),
      { 'dev:active:suspended': -1 },
    ],
  ])('are those of %s', (_title, before, after, moved) => {
    expect(countsMovedBy(before, after)).toEqual(moved);
  });

  it('count a site that was created again after a deletion from one that is new, where it is counted', () => {
    expect(countsMovedBy(undefined, was, true)).toMatchObject({ 'move:new': 1, 'move:recreated': 1 });
    expect(countsMovedBy(undefined, site({ mode: 'dev' }), true)).toEqual({ 'dev:active:live': 1 });
    expect(countsMovedBy(site({ state: 'basic' }), was, true)).not.toHaveProperty('move:recreated');
  });

  it(`change the number that bills by what they move, day by day (seed ${seed})`, () => {
    fc.assert(
      fc.property(life, history => {
        const changed = history.map((after, i) => billedChange(history[i - 1], after));
        expect(changed.reduce((sum, change) => sum + change, 0)).toBe(bills(history.at(-1)) ? 1 : 0);
        for (const [i, after] of history.entries()) {
          const moved = Object.keys(countsMovedBy(history[i - 1], after)).some(name => name.startsWith('move:'));
          expect(moved).toBe(changed[i] !== 0);
        }
      }),
      { seed, numRuns: 300 },
    );
  });

  it('never hide a production site that became dev', () => {
    expect(() => countsMovedBy(was, site({ mode: 'dev' }))).toThrow('became a dev site');
  });

  it(`sum to where the site stands, whatever happened to it (seed ${seed})`, () => {
    fc.assert(
      fc.property(life, history => {
        const sums = sumCounts(history.map((after, i) => countsMovedBy(history[i - 1], after)));
        const cells = Object.entries(sums).filter(([cell, count]) => /:.*:/.test(cell) && count !== 0);
        const last = history.at(-1) ?? was;
        const { mode, state, status } = last;
        expect(cells).toEqual(status === 'deleted' ? [] : [[`${mode}:${state}:${status}`, 1]]);
      }),
      { seed, numRuns: 300 },
    );
  });

  it(`explain the number that bills, whatever happened in whichever quarter (seed ${seed})`, () => {
    fc.assert(
      fc.property(fc.array(life, { maxLength: 6 }), fc.nat(), (lives, cut) => {
        const changes = lives.flatMap(history =>
          history.map((after, i) => ({ moved: countsMovedBy(history[i - 1], after), first: i <= cut % 5 })),
        );
        const opening = sumCounts(changes.filter(({ first }) => first).map(({ moved }) => moved));
        const deltas = sumCounts(changes.filter(({ first }) => !first).map(({ moved }) => moved));
        const count = countOf({
          enterprise: enterpriseId,
          app: hwf,
          opening,
          deltas,
          closing: sumCounts([opening, deltas]),
          changes: [],
          days: 92,
        });
        const { new: fresh, promoted, reactivated, proxyRemoved, deleted, dormant, proxied } = count.moves;
        const gained = fresh + promoted + reactivated + proxyRemoved;
        expect(count.opening.production + gained - deleted - dormant - proxied).toBe(count.closing.production);
        expect(count.closing.production).toBe(lives.filter(history => bills(history.at(-1))).length);
      }),
      { seed, numRuns: 500 },
    );
  });
});

/** The rule of docs/rules.md 3.4, said once more. */
function bills(last: Site | undefined): boolean {
  return (
    last?.mode === 'production' &&
    ['basic', 'commissioning', 'active'].includes(last.state) &&
    ['live', 'suspended'].includes(last.status)
  );
}
