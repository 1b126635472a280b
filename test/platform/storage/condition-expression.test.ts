import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  absent,
  allOf,
  anyOf,
  type ConditionExpression,
  compare,
} from '../../../lambdas/platform/storage/condition-expression.ts';

type Tree = { readonly name: string } | { readonly join: 'AND' | 'OR'; readonly parts: readonly Tree[] };

/** Every comparison has an attribute of its own: `a1 = :t`. */
const trees = fc.letrec<{ tree: Tree; leaf: Tree; join: Tree }>(tie => ({
  tree: fc.oneof({ maxDepth: 4 }, tie('leaf'), tie('join')),
  leaf: fc.constant({ name: 'a' }),
  join: fc.record({
    join: fc.constantFrom('AND' as const, 'OR' as const),
    parts: fc.array(tie('tree'), { minLength: 1, maxLength: 3 }),
  }),
})).tree;

function numbered(tree: Tree, next = { number: 0 }): Tree {
  if ('name' in tree) return { name: `a${next.number++}` };
  return { join: tree.join, parts: tree.parts.map(part => numbered(part, next)) };
}

function built(tree: Tree): ConditionExpression {
  if ('name' in tree) return compare(tree.name, '=', ':t');
  return (tree.join === 'AND' ? allOf : anyOf)(...tree.parts.map(built));
}

function meaning(tree: Tree, holds: (name: string) => boolean): boolean {
  if ('name' in tree) return holds(tree.name);
  const parts = tree.parts.map(part => meaning(part, holds));
  return tree.join === 'AND' ? parts.every(Boolean) : parts.some(Boolean);
}

/** Evaluates a text by DynamoDB's precedence: parentheses, AND, OR. */
function evaluated(text: string, holds: (name: string) => boolean): boolean {
  const inner = /\(([^()]*)\)/.exec(text);
  if (inner) return evaluated(text.replace(inner[0], evaluated(inner[1] ?? '', holds) ? 'true' : 'false'), holds);
  const term = (one: string) => one === 'true' || (one !== 'false' && holds(one.replace(' = :t', '')));
  return text.split(' OR ').some(all => all.split(' AND ').every(term));
}

/** All ways in which the comparisons can hold or not; random ones when there are many. */
function assignments(text: string): ((name: string) => boolean)[] {
  const names = [...new Set(text.match(/a\d+/g))];
  const count = Math.min(2 ** names.length, 512);
  return Array.from(
    { length: count },
    (_, i) => (name: string) => ((i * 2_654_435_761) >> names.indexOf(name)) % 2 !== 0,
  );
}

/** The text without one pair of parentheses, for each pair. */
function withoutOnePair(text: string): string[] {
  return [...text.matchAll(/\(/g)].map(({ index }) => {
    const end = endOf(text, index);
    return text.slice(0, index) + text.slice(index + 1, end) + text.slice(end + 1);
  });
}

function endOf(text: string, opening: number): number {
  let depth = 0;
  for (let at = opening; at < text.length; at++) {
    if (text[at] === '(') depth++;
    if (text[at] === ')') depth--;
    if (depth === 0) return at;
  }
  throw new Error(`${text} has unbalanced parentheses.`);
}

describe('condition expressions', () => {
  it('mean what they were built from', () => {
    fc.assert(
      fc.property(
        trees.map(tree => numbered(tree)),
        tree => {
          const { text } = built(tree);
          for (const holds of assignments(text)) expect(evaluated(text, holds)).toBe(meaning(tree, holds));
        },
      ),
      { seed: 20261130, numRuns: 300 },
    );
  });

  it('have no parentheses that DynamoDB could call redundant: without any one pair the meaning is another', () => {
    fc.assert(
      fc.property(
        trees.map(tree => numbered(tree)),
        tree => {
          const { text } = built(tree);
          for (const shorter of withoutOnePair(text))
            expect(assignments(text).some(holds => evaluated(shorter, holds) !== evaluated(text, holds))).toBe(true);
        },
      ),
      { seed: 20261130, numRuns: 300 },
    );
  });

  it.each(['(a', 'a)', 'a = :b OR c', '(a) AND b', ''])('reject %p as an operand', text => {
    expect(() => absent(text)).toThrow('is not an operand');
  });

  it('need at least one part', () => {
    expect(() => allOf()).toThrow('has no parts');
    expect(() => anyOf()).toThrow('has no parts');
  });
});
