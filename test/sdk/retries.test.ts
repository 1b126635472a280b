import { expect, it } from '@jest/globals';
import { ProblemError } from '../../sdk/problem-error.ts';
import { createRetries } from '../../sdk/retries.ts';

it('gives an attempt whole milliseconds, also when the budget ends it', () => {
  for (const budgetMs of [0, 0.5, 20_000.3]) {
    const { timeoutMs } = createRetries({ budgetMs });
    expect(Number.isInteger(timeoutMs())).toBe(true);
    expect(timeoutMs()).toBeGreaterThan(0);
    expect(() => AbortSignal.timeout(timeoutMs())).not.toThrow();
  }
});

it('waits as long as Retry-After says, and the jitter on top', () => {
  const retries = createRetries({ random: () => 0.5 });
  expect(retries.pauseAfter(new ProblemError(503, {}, 7))).toBe(7200);
  expect(retries.pauseAfter(new ProblemError(503, {}))).toBe(400);
});

it('spreads its pauses over all of a time that doubles: full jitter', () => {
  const pauses = (random: number) => {
    const retries = createRetries({ random: () => random, attempts: 5 });
    return Array.from({ length: 5 }, () => retries.pauseAfter(new TypeError()));
  };
  expect(pauses(0)).toEqual([0, 0, 0, 0, undefined]);
  expect(pauses(1)).toEqual([400, 800, 1600, 3200, undefined]);
});
