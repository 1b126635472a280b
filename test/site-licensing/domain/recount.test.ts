import { describe, expect, it } from '@jest/globals';
import { confirmedDrift, driftOf } from '../../../domain/site-licensing/recount.ts';
import { boost, hwf, site } from './facts.ts';

const counted = (app: typeof hwf, closing: Record<string, number>) => ({ app, closing });

describe('a reading of counters and sites', () => {
  const sites = [site(), site({ state: 'basic' }), site({ mode: 'dev', app: boost }), site({ status: 'deleted' })];
  const right = [
    counted(hwf, { 'production:active:live': 1, 'production:basic:live': 1, 'move:new': 9, 'enterprise-key': 1 }),
    counted(boost, { 'dev:active:live': 1 }),
  ];

  it('finds nothing where they agree; a deleted site stands nowhere, a move is no cell', () => {
    expect(driftOf({ before: right, after: right, sites })).toEqual([]);
  });

  it('finds what is counted and is not there, and what is there and not counted', () => {
    const wrong = [counted(hwf, { 'production:active:live': 2, 'production:basic:live': 1 })];
    expect(driftOf({ before: wrong, after: wrong, sites })).toEqual([
      { app: hwf, cell: 'production:active:live', counted: 2, actual: 1 },
      { app: boost, cell: 'dev:active:live', counted: 0, actual: 1 },
    ]);
  });

  it('says nothing of a cell that moved meanwhile', () => {
    const before = [counted(hwf, { 'production:active:live': 0, 'production:basic:live': 1 })];
    const after = [counted(hwf, { 'production:active:live': 2, 'production:basic:live': 1 })];
    expect(driftOf({ before, after, sites: sites.slice(0, 2) })).toEqual([]);
  });

  it('is confirmed by another one that is off by the same', () => {
    const drift = { app: hwf, cell: 'production:active:live', counted: 2, actual: 1 };
    expect(confirmedDrift([drift], [{ ...drift, counted: 3, actual: 2 }])).toEqual([drift]);
    expect(confirmedDrift([drift], [{ ...drift, counted: 3 }])).toEqual([]);
    expect(confirmedDrift([drift], [])).toEqual([]);
  });
});
