import type { DeadReason } from '../../domain/chain/levels.ts';
import { Jti } from '../../domain/kernel/ids.ts';
import { day, hour, minute } from '../../domain/kernel/time.ts';
import type { GuardEvent } from '../../sdk/guard/guard-state.ts';
import type { SignedPolicy } from '../../sdk/guard/scope.ts';

export const begin = 1_795_000_000;
export const key = {
  jti: Jti.parse('AAAAAAAAAAAAAAAAAAAAAA'),
  iat: begin - 5 * day,
  exp: begin + 25 * day,
  org: 'hub',
  app: 'hwf',
};
export const owner = { org: 'hub', app: 'hwf' };
export const limits = { cacheSeconds: hour, graceSeconds: 5 * day };

/** @param passed ticks since the beginning @param off by how much the wall clock is wrong */
export const reading = (passed: number, off = 0) => ({ clock: begin + passed + off, ticks: 10_000 + passed });
export const shown = (passed: number, off = 0, mayWait = true, of = key): GuardEvent => ({
  type: 'key-presented',
  key: of,
  at: reading(passed, off),
  mayWait,
});
export const allowed = (passed: number, more: Partial<SignedPolicy> = {}): GuardEvent => ({
  type: 'policy-arrived',
  policy: { iat: begin + passed, enforcesFor: ['boost'], enterprises: 'all', ...limits, ...more },
});
export const good = (passed: number, random = 0.5, off = 0): GuardEvent => said(passed, random, off, undefined);
export const bad = (passed: number, reason: DeadReason): GuardEvent => said(passed, 0.5, 0, reason);
export const silent = (passed: number, after: number, random = 0.5): GuardEvent => ({
  type: 'no-answer',
  at: reading(passed),
  after,
  random,
});

export function said(
  passed: number,
  random: number,
  off: number,
  reason: DeadReason | undefined,
  late = 0,
): GuardEvent {
  const iat = begin + passed - late;
  const verdict = reason ? { valid: false, reason, iat, exp: iat + minute } : { valid: true, iat, exp: iat + hour };
  return { type: 'verdict-arrived', verdict, at: reading(passed, off), after: 0, random };
}
