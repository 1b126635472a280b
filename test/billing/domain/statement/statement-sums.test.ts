import { describe, expect, it } from '@jest/globals';
import { Statement } from '../../../../domain/billing/statement/statement.ts';
import { statementOf } from '../../../../domain/billing/statement/statement-of.ts';
import { sumMismatches } from '../../../../domain/billing/statement/statement-sums.ts';
import { sampleFacts } from '../../../support/vectors/sample-statement.ts';

const statement = statementOf(sampleFacts());
type Changes = Statement['totals']['usage']['changes'];

/** Facts from outside: nothing in the statement says what they must be. */
const free =
  /^\/(revision|history\/[0-3]\/|applications\/\d+\/manifest\/(revision|users\/(applicationAdmins|enterpriseAdmins|plantUsers|demoUsers))$|enterprises\/\d+\/configurationUsersLimit)/;

describe('the sums of a statement', () => {
  it('add up', () => {
    expect(sumMismatches(statement)).toEqual([]);
    expect(sumMismatches(statementOf(sampleFacts({ enterprises: 60, seed: 7 })))).toEqual([]);
    expect(sumMismatches(statementOf({ ...sampleFacts(), counts: [], manifests: [], before: [] }))).toEqual([]);
  });

  it('do not add up when any one number is another', () => {
    const paths = [...numberPaths(statement)].filter(path => !free.test(path));
    expect(paths.length).toBeGreaterThan(400);
    for (const path of paths) expect([path, sumMismatches(raised(path)).length]).not.toEqual([path, 0]);
  });

  it.each([
    ['/billed/productionSites', 'billed.productionSites'],
    ['/totals/closing/dev', 'totals.closing.dev'],
    ['/applications/0/moves/deleted', 'applications[0].closing.production'],
    ['/enterprises/3/closing/production', 'enterprises[3].closing.production'],
    ['/enterprises/3/closing/active', 'enterprises[3].closing.production'],
    ['/enterprises/3/moves/recreated', 'totals.moves.recreated'],
    ['/differences/0/manifest', 'differences[0]'],
    ['/seatsExceeded/0/limit', 'seatsExceeded[0]'],
    ['/history/4/production', 'history[4]'],
  ])('name the place: %s', (path, place) => {
    expect(sumMismatches(raised(path)).map(wrong => wrong.place)).toContain(place);
  });

  it('are refused under unknown rules', () => {
    expect(sumMismatches({ ...statement, rules: { version: '99' } })).toEqual([
      { place: 'rules.version', problem: 'the counting rules 99 are not known to this program' },
    ]);
  });

  it.each([
    ['before the end of the quarter', '2026-12-31T23:00:00Z'],
    ['after the statement was made', '2027-01-11T06:00:00Z'],
  ])('do not hold when the sweep had come to a moment %s', (_title, sweptUntil) => {
    expect(sumMismatches({ ...statement, sweptUntil }).map(({ place }) => place)).toEqual(['sweptUntil']);
  });

  it.each([
    [
      'of another quarter',
      (changes: Changes) => [{ day: '2026-09-30', sites: 1 }, { day: '2026-10-01', sites: -1 }, ...changes],
    ],
    ['out of order', (changes: Changes) => changes.toReversed()],
    ['of nothing', (changes: Changes) => [{ day: '2026-10-01', sites: 0 }, ...changes]],
  ])('do not hold with a change %s', (_title, change) => {
    const { usage } = statement.totals;
    const totals = { ...statement.totals, usage: { ...usage, changes: change(usage.changes) } };
    expect(sumMismatches({ ...statement, totals }).map(({ place }) => place)).toContainEqual(
      expect.stringMatching(/^totals\.usage\.changes\[\d+\]$/),
    );
  });

  it('miss no difference that was left out, and none that was made up', () => {
    const [first, ...others] = statement.differences;
    expect(first).toBeDefined();
    expect(sumMismatches({ ...statement, differences: others })).not.toEqual([]);
    expect(sumMismatches({ ...statement, differences: [...statement.differences, ...others] })).not.toEqual([]);
    expect(sumMismatches({ ...statement, seatsExceeded: [] })).not.toEqual([]);
  });
});

function raised(path: string): Statement {
  const copy = structuredClone(statement);
  const names = path.slice(1).split('/');
  const last = names.pop() ?? '';
  const holder = names.reduce<unknown>((at, name) => Object(at)[name], copy);
  Object(holder)[last] += 1;
  return Statement.parse(copy);
}

function* numberPaths(value: unknown, path = ''): Iterable<string> {
  if (typeof value === 'number') yield path;
  if (typeof value !== 'object' || value === null) return;
  for (const [name, inner] of Object.entries(value)) yield* numberPaths(inner, `${path}/${name}`);
}
