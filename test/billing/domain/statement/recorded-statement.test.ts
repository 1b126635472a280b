import { describe, expect, it } from '@jest/globals';
import {
  alertDateOf,
  decideStatement,
  isOverdue,
  type QuarterRecord,
  quartersBefore,
  quartersToCheck,
  type RecordedStatement,
  reopened,
  scheduledStep,
} from '../../../../domain/billing/statement/recorded-statement.ts';
import { OrgId } from '../../../../domain/kernel/ids.ts';
import { Quarter, quarterEnds } from '../../../../domain/kernel/time.ts';
import { refusalOf } from '../../../site-licensing/domain/facts.ts';

const org = OrgId.parse('hub');
const quarter = Quarter.parse('2026-Q4');
const ends = quarterEnds(quarter);
const minute = 60;
const day = 86_400;
const reason = { code: 'manifest-corrected', ticket: 'FIN-1' } as const;
const digest = 'a'.repeat(43);

const recorded = (more: Partial<RecordedStatement> = {}): RecordedStatement => ({
  org,
  quarter,
  state: 'stated',
  revision: 1,
  createdAt: ends + 10 * day,
  files: { 'statement.json': digest, 'enterprises.csv': digest, 'report.html': digest },
  jws: 'jws',
  billed: 3,
  isAnnounced: true,
  ...more,
});
const standing = (statement?: RecordedStatement): QuarterRecord => ({ org, quarter, pushes: 0, statement });

describe('make-statement', () => {
  it('refuses a quarter until the last request that counts in it must be written', () => {
    expect(refusalOf(() => decideStatement(standing(), ends, ends - 1))).toBe('quarter-running');
    expect(refusalOf(() => decideStatement(standing(), ends, ends + 5 * minute - 1))).toBe('quarter-running');
    expect(decideStatement(standing(), ends, ends + 5 * minute)).toEqual({ make: { revision: 1, sweptUntil: ends } });
  });

  it('refuses a quarter until the sweep has passed its end, however late that is', () => {
    for (const sweptUntil of [undefined, ends - 1])
      expect(refusalOf(() => decideStatement(standing(), sweptUntil, ends + 100 * day))).toBe('quarter-not-swept');
    const open = recorded({ state: 'reopened', reason });
    expect(refusalOf(() => decideStatement(standing(open), ends - 1, ends + 100 * day))).toBe('quarter-not-swept');
  });

  it('publishes what is stated, and makes the next revision of what was reopened', () => {
    const stated = recorded();
    expect(decideStatement(standing(stated), undefined, ends + day)).toEqual({ publish: stated });
    const open = recorded({ state: 'reopened', revision: 2, reason });
    expect(decideStatement(standing(open), ends, ends + day)).toEqual({
      make: { revision: 3, reason, sweptUntil: ends },
    });
  });
});

describe('reopen-quarter', () => {
  it('opens what is stated, and keeps all else of it', () => {
    expect(reopened(standing(recorded()), reason, ends)).toEqual({
      ...recorded(),
      state: 'reopened',
      reason,
      reopenedAt: ends,
    });
  });

  it('refuses what has no statement, and what is open', () => {
    expect(refusalOf(() => reopened(standing(), reason, ends))).toBe('conflict');
    expect(refusalOf(() => reopened(standing(recorded({ state: 'reopened' })), reason, ends))).toBe('no-change');
  });
});

describe('the clock', () => {
  it.each([
    ['2027-01-10T23:59:59Z', 'none'],
    ['2027-01-11T00:00:00Z', 'make'],
    ['2027-04-20T00:00:00Z', 'make'],
    ['2028-11-20T00:00:00Z', 'make'],
  ])('on %s does about a quarter that is not stated: %s', (time, step) => {
    const now = Date.parse(time) / 1000;
    expect(scheduledStep(standing(), true, ends, now)).toBe(step);
    expect(quartersToCheck(now)).toContain(quarter);
  });

  it.each([
    ['a quarter that has counted and is not stated', standing(), true, ends, 'make'],
    ['one that the sweep has not passed', standing(), true, ends - 1, 'wait'],
    ['one of a server whose sweep has never run', standing(), true, undefined, 'wait'],
    ['one that has counted nothing', standing(), false, ends, 'none'],
    ['one that is stated and announced', standing(recorded()), false, ends, 'none'],
    ['one that was recorded and not announced', standing(recorded({ isAnnounced: false })), false, undefined, 'make'],
    ['a reopened one, whose correction comes first', standing(recorded({ state: 'reopened' })), false, ends, 'none'],
  ] as const)('does about %s what is due', (_name, facts, hasCounted, sweptUntil, step) => {
    expect(scheduledStep(facts, hasCounted, sweptUntil, ends + 11 * day)).toBe(step);
  });

  it('dates the alerts of a first statement by the day on which it was due, those of another by its own', () => {
    const made = (createdAt: number, revision = 1) => alertDateOf(recorded({ createdAt, revision }));
    expect([made(ends + 3 * day), made(ends + 10 * day), made(ends + 90 * day)]).toEqual([
      ends + 3 * day,
      ends + 10 * day,
      ends + 10 * day,
    ]);
    expect(made(ends + 90 * day, 2)).toBe(ends + 90 * day);
  });

  it('calls a statement late from day 12 on', () => {
    expect(isOverdue(standing(), true, ends + 11 * day - 1)).toBe(false);
    expect(isOverdue(standing(), true, ends + 11 * day)).toBe(true);
    expect(isOverdue(standing(), false, ends + 11 * day)).toBe(false);
    expect(isOverdue(standing(recorded()), false, ends + 20 * day)).toBe(false);
  });

  it('calls a correction late two weeks after the quarter was reopened, however old that is', () => {
    const at = ends + 400 * day;
    const open = standing(reopened(standing(recorded()), reason, at));
    expect(isOverdue(open, false, at + 14 * day - 1)).toBe(false);
    expect(isOverdue(open, false, at + 14 * day)).toBe(true);
    expect(quartersToCheck(at + 14 * day)).toContain(quarter);
    expect(quartersToCheck(at)).toHaveLength(8);
    expect(quartersToCheck(quarterEnds(Quarter.parse('2026-Q1')))).toEqual(['2026-Q1']);
  });
});

it('shows at most seven quarters before the own one, and none from before there was anything', () => {
  expect(quartersBefore(Quarter.parse('2026-Q3'))).toEqual(['2026-Q2', '2026-Q1']);
  expect(quartersBefore(Quarter.parse('2029-Q1'))).toHaveLength(7);
  expect(quartersBefore(Quarter.parse('2029-Q1')).at(0)).toBe('2028-Q4');
  expect(quartersBefore(Quarter.parse('2000-Q1'))).toEqual([]);
});
