import { expect, it } from '@jest/globals';
import { withMark } from '../../../lambdas/platform/storage/update-expression.ts';

it('sets the mark beside what an update sets, adds or removes', () => {
  expect(withMark('SET a = if_not_exists(a, :a)')).toBe('SET w = :mark, a = if_not_exists(a, :a)');
  expect(withMark('ADD n :one')).toBe('SET w = :mark ADD n :one');
  expect(withMark('REMOVE a')).toBe('SET w = :mark REMOVE a');
});

it.each(['SET a = (:v)', 'SET a = ((:v))', 'SET n = (if_not_exists(n, :n) + :n)', 'SET a = if_not_exists(a, (:v))'])(
  'rejects %p, whose parentheses DynamoDB could call redundant',
  expression => {
    expect(() => withMark(expression)).toThrow('groups by parentheses');
  },
);
