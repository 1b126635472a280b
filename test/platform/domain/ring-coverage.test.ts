import { type KeyRing, zipRings } from '../../../domain/trust/key-ring.ts';
import { coverageOf } from '../../../domain/trust/ring-coverage.ts';

const first: KeyRing = { previous: [], current: 1, next: null };
const announced: KeyRing = { previous: [], current: 1, next: 2 };
const switched: KeyRing = { previous: [1], current: 2, next: null };
const dropped: KeyRing = { previous: [], current: 2, next: null };

describe('coverageOf', () => {
  it.each([
    ['the same ring', first, [first], 'complete'],
    ['one step behind the announcement', first, [announced], 'behind'],
    ['one step behind the switch', announced, [switched], 'complete'],
    ['one step behind the drop', switched, [dropped], 'complete'],
    ['two steps behind: the key that signs is unknown', first, [switched], 'stale'],
    ['three steps behind', first, [dropped], 'stale'],
    ['ahead of a record that still honours a dropped key', dropped, [switched], 'stale'],
    ['up to date with the template, not with the record', announced, [announced, switched], 'complete'],
    ['up to date with the record, not with the template', first, [first, announced], 'behind'],
  ] as const)('judges %s', (_title, known, expected, coverage) => {
    expect(coverageOf(known, expected)).toBe(coverage);
  });
});

describe('zipRings', () => {
  it('combines each member with its partner in the same role', () => {
    const letters = { previous: ['a'], current: 'b', next: null };
    expect(zipRings(switched, letters, (number, letter) => `${number}${letter}`)).toEqual({
      previous: ['1a'],
      current: '2b',
      next: null,
    });
  });

  it.each([
    ['a member more', { previous: ['a'], current: 'b', next: 'c' }],
    ['a member less', { previous: [], current: 'b', next: null }],
  ])('throws for a ring with %s', (_title, other) => {
    expect(() => zipRings(switched, other, number => number)).toThrow('different members');
  });
});
