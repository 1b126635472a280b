import { expect, it } from '@jest/globals';
import { createRetries } from '../../sdk/retries.ts';

it('gives an attempt whole milliseconds, also when the budget ends it', () => {
  for (const budgetMs of [0, 0.5, 20_000.3]) {
    const { timeoutMs } = createRetries({ budgetMs });
    expect(Number.isInteger(timeoutMs())).toBe(true);
    expect(timeoutMs()).toBeGreaterThan(0);
    expect(() => AbortSignal.timeout(timeoutMs())).not.toThrow();
  }
});
