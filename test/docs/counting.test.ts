import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { usersOf } from '../../domain/billing/aggregate.ts';
import { isoTime, quarterOf } from '../../domain/kernel/time.ts';
import { countingRules, countOf, enterpriseKeyCell } from '../../domain/site-licensing/counting.ts';
import { billedChange, countsMovedBy, sumCounts } from '../../domain/site-licensing/counts.ts';
import { type Site, siteState } from '../../domain/site-licensing/site.ts';
import { sumChanges } from '../../domain/site-licensing/usage.ts';
import { enterpriseId, hwf, ref, site } from '../site-licensing/domain/facts.ts';
import { sampleManifest } from '../support/vectors/sample-manifest.ts';

const page = readFileSync(new URL('../../docs/counting.md', import.meta.url), 'utf8');
const quarter = '2026-Q4';

/** The cells of the table under a header. */
function rowsUnder(header: string): string[][] {
  const [, table = ''] = page.split(`${header}\n`);
  const [, ...rows] = table.split('\n\n')[0]?.split('\n') ?? [];
  return rows.map(row => row.split('|').slice(1, -1)).map(cells => cells.map(cell => cell.trim()));
}

const cases = rowsUnder('| case | what happens | opening | production | beside it | moves |');

const usageCases = rowsUnder('| case | what happens | billed | peak | site-days |');

interface Played {
  readonly sites: Map<string, Site>;
  readonly deletedReferences: Set<string>;
}

interface Step {
  readonly moved: Record<string, number>;
  readonly billed: number;
}

/** `create A1 production active`, `move A1 proxy`, `key`: what one step does to the counters. */
function play({ sites, deletedReferences }: Played, [verb = '', name = '', ...words]: string[]): Step {
  const reference = name.replace(/\d+$/, '');
  const before = sites.get(name);
  if (verb === 'key') return { moved: { [enterpriseKeyCell]: 1 }, billed: 0 };
  if (verb !== 'create' && !before) throw new Error(`there is no ${name}`);
  const after = site({ ...before, ref: ref(reference), ...changes(verb, words) });
  sites.set(name, after);
  const isRecreated = verb === 'create' && deletedReferences.delete(reference);
  if (verb === 'delete') deletedReferences.add(reference);
  return { moved: countsMovedBy(before, after, isRecreated), billed: billedChange(before, after) };
}

function changes(verb: string, [first, second]: string[]): Partial<Site> {
  const of: Record<string, Partial<Site>> = {
    create: { mode: first === 'dev' ? 'dev' : 'production', state: siteState.catch('basic').parse(second) },
    move: { state: siteState.catch('basic').parse(first) },
    promote: { mode: 'production' },
    suspend: { status: 'suspended' },
    reinstate: { status: 'live' },
    sleep: { status: 'dormant' },
    wake: { status: 'live' },
    delete: { status: 'deleted' },
  };
  const change = of[verb];
  if (!change) throw new Error(`there is no step to ${verb}`);
  return change;
}

function timeOf(text = ''): number {
  const day = text.startsWith('20') ? text : `2026-${text}`;
  return Date.parse(day.includes('T') ? `${day}Z` : `${day}T12:00:00Z`) / 1000;
}

function countOfCase(story: string) {
  const played: Played = { sites: new Map(), deletedReferences: new Set() };
  const moved = story.split('; ').map(step => {
    const [at, ...words] = step.split(' ');
    return { quarter: quarterOf(timeOf(at)), day: isoTime(timeOf(at)).slice(0, 10), ...play(played, words) };
  });
  const opening = sumCounts(moved.filter(step => step.quarter < quarter).map(step => step.moved));
  const deltas = sumCounts(moved.filter(step => step.quarter === quarter).map(step => step.moved));
  const changes = sumChanges([
    moved.filter(step => step.quarter === quarter).map(({ day, billed: sites }) => ({ day, sites })),
  ]);
  const closing = sumCounts([opening, deltas]);
  return countOf({ enterprise: enterpriseId, app: hwf, opening, deltas, closing, changes, days: 92 });
}

/** `active 1, suspended 1` */
function numbersOf(text = ''): Record<string, number> {
  const pairs = text === '' ? [] : text.split(', ').map(each => each.split(' '));
  return Object.fromEntries(pairs.map(([name = '', count]) => [name, Number(count)]));
}

function withoutZeros(counts: object): Record<string, number> {
  return Object.fromEntries(Object.entries(counts).filter(([, count]) => count !== 0));
}

describe('the counting rules', () => {
  it('are those of the version that the page speaks of', () => {
    expect(page).toContain(`Version ${countingRules.version} of the rules`);
    expect(cases.length).toBeGreaterThan(25);
    expect(usageCases.length).toBeGreaterThan(10);
  });

  it.each(cases)('count %s', (_case, story = '', opening, production, beside, moves) => {
    const count = countOfCase(story);
    expect(count.opening.production).toBe(Number(opening));
    const { production: counted, ...rest } = count.closing;
    expect({ production: counted, ...withoutZeros(rest) }).toEqual({
      production: Number(production),
      ...numbersOf(beside),
    });
    expect(withoutZeros(count.moves)).toEqual(numbersOf(moves));
  });

  it.each(usageCases)('count peak and site-days: %s', (_case, story = '', billed, peak, siteDays) => {
    const { closing, usage } = countOfCase(story);
    expect([closing.production, usage.peak, usage.siteDays]).toEqual([billed, peak, siteDays].map(Number));
  });

  it.each(rowsUnder('| users | application admins in the manifest | counted |'))(
    'count application admins: %s',
    (_case, list = '', counted) => {
      const adminCommitments = list.split('; ').filter(person => person !== '');
      const { applicationAdmins: _admins, ...said } = sampleManifest();
      const users = usersOf({ ...said, perEnterprise: [], adminCommitments });
      expect(users).toMatchObject({ applicationAdmins: Number(counted), plantUsers: 30 });
    },
  );
});
