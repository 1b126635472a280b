import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { countsMovedBy, sumCounts } from '../../domain/counts.ts';
import type { Site } from '../../domain/site.ts';
import { siteStates } from '../../domain/site.ts';
import { ref, site } from './facts.ts';

const seed = 5;

describe('the counts that a change moves', () => {
  const was = site();
  it.each<[string, Site | undefined, Site, Record<string, number>]>([
    ['a new site', undefined, site(), { 'production:active:live': 1, 'created:production': 1 }],
    ['a new dev site', undefined, site({ mode: 'dev' }), { 'dev:active:live': 1, 'created:dev': 1 }],
    ['a refresh', was, site(), {}],
    ['another reference', was, site({ ref: ref('XYZ') }), {}],
    ['another state', was, site({ state: 'basic' }), { 'production:active:live': -1, 'production:basic:live': 1 }],
    ['a proxy', was, site({ state: 'proxy' }), { 'production:active:live': -1, 'production:proxy:live': 1 }],
    ['a promotion', site({ mode: 'dev' }), was, { 'dev:active:live': -1, 'production:active:live': 1, promoted: 1 }],
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
      { 'production:active:live': -1, 'production:active:dormant': 1 },
    ],
    ['a deletion', was, site({ status: 'deleted' }), { 'production:active:live': -1, 'deleted:production': 1 }],
    [
      'the deletion of a suspended dev site',
      site({ mode: 'dev', status: 'suspended' }),
      site({ mode: 'dev', status: 'deleted' }),
      { 'dev:active:suspended': -1, 'deleted:dev': 1 },
    ],
  ])('are those of %s', (_title, before, after, moved) => {
    expect(countsMovedBy(before, after)).toEqual(moved);
  });

  it(`sum to where the site stands, whatever happened to it (seed ${seed})`, () => {
    const place = fc.record({
      mode: fc.constantFrom('production', 'dev'),
      state: fc.constantFrom(...siteStates),
      status: fc.constantFrom('live', 'suspended', 'dormant'),
    });
    fc.assert(
      fc.property(fc.array(place, { minLength: 1 }), fc.boolean(), (places, isDeleted) => {
        const life = places.map(more => site(more));
        const last = life.at(-1) ?? site();
        if (isDeleted) life.push({ ...last, status: 'deleted' });
        const sums = sumCounts(life.map((after, i) => countsMovedBy(life[i - 1], after)));
        const cells = Object.entries(sums).filter(([cell, count]) => /:.*:/.test(cell) && count !== 0);
        expect(cells).toEqual(isDeleted ? [] : [[`${last.mode}:${last.state}:${last.status}`, 1]]);
      }),
      { seed, numRuns: 300 },
    );
  });
});
