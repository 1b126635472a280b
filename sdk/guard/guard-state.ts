import type { DeadReason } from '../../domain/chain/levels.ts';
import type { Jti } from '../../domain/kernel/ids.ts';
import type { Seconds } from '../../domain/kernel/time.ts';
import { asked, type Connection, failed, healthy, mayAsk } from './connection.ts';
import { type Limits, narrower } from './limits.ts';
import { isOfOrg, isWithin, newerPolicy, type Scope, type SignedPolicy } from './scope.ts';
import { anchor, isCurrent, noteSigned, type Reading, readTime, type TrustedTime } from './trusted-time.ts';

/** Claims of a genuine key that the decision depends on. */
export interface PresentedKey {
  readonly jti: Jti;
  readonly iat: Seconds;
  readonly exp: Seconds;
  readonly org: string;
  readonly app: string;
}

/** Latest verdict of the server about a key. */
export type KnownVerdict = {
  readonly iat: Seconds;
  /** Server time until which the verdict counts; from `recheckAt` on it is requested again. */
  readonly until: Seconds;
  readonly recheckAt: Seconds;
} & ({ readonly valid: true } | { readonly valid: false; readonly reason: DeadReason });

/** State of a guard; `verdict` and `knowsEnterprise` are those of the key that an event is about. */
export interface GuardState extends Scope {
  readonly time: TrustedTime;
  /** Limits of the settings; those of the policy apply where they are narrower. */
  readonly limits: Limits;
  readonly connection: Connection;
  readonly verdict: KnownVerdict | undefined;
}

export type GuardEvent =
  /** `mayWait` is false once the caller has waited for `waitMs`. */
  | { readonly type: 'key-presented'; readonly key: PresentedKey; readonly at: Reading; readonly mayWait: boolean }
  | ({ readonly type: 'verdict-arrived'; readonly verdict: ArrivedVerdict } & Outcome)
  /** The token of the policy was verified from the pinned Root, at the server's time, and belongs to this application. */
  | { readonly type: 'policy-arrived'; readonly policy: SignedPolicy }
  | ({ readonly type: 'no-answer' } & Outcome);

/** `after`: failures of the connection when the request was sent; `random`: 0 … 1. */
interface Outcome {
  readonly at: Reading;
  readonly after: number;
  readonly random: number;
}

/** A verdict whose signature, audience, nonce and key were verified. */
export interface ArrivedVerdict {
  readonly valid: boolean;
  readonly reason?: DeadReason | undefined;
  readonly iat: Seconds;
  readonly exp: Seconds;
}

export type Decision =
  | { readonly allowed: true; readonly basis: 'verdict' | 'grace'; readonly until: Seconds }
  | { readonly allowed: false; readonly reason: RefusalReason }
  /** Refused by the known policy, not by the server: the key is outside of the scope of this application. */
  | { readonly allowed: false; readonly reason: 'key-unknown'; readonly basis: 'policy' };

/** Reasons of the server, and two of the guard: the grace period has ended, or the clock was set back. */
export type RefusalReason = DeadReason | 'grace-ended' | 'clock-set-back';

export interface GuardStep {
  readonly state: GuardState;
  /** Absent when the caller must wait for the answer. */
  readonly decision?: Decision;
  /** Whether to call check-validity about the key, and whether the caller waits for it. */
  readonly ask?: 'and-wait' | 'in-background';
}

/** Applies an event to the state of a guard. Pure, so that clients in every language behave the same (docs/clients.md). */
export function step(state: GuardState, event: GuardEvent): GuardStep {
  switch (event.type) {
    case 'key-presented':
      return isOfOrg(event.key, state.owner)
        ? judge({ ...state, time: noteSigned(state.time, event.key.iat) }, event)
        : { state, decision: outside };
    case 'verdict-arrived':
      return isCurrent(state.time, event.verdict.iat)
        ? { state: believe(state, event) }
        : { state: unanswered(state, event) };
    case 'policy-arrived':
      return { state: learn(state, event.policy) };
    case 'no-answer':
      return { state: unanswered(state, event) };
  }
}

function learn(state: GuardState, arrived: SignedPolicy): GuardState {
  return { ...state, time: noteSigned(state.time, arrived.iat), policy: newerPolicy(state.policy, arrived) };
}

const outside: Decision = { allowed: false, reason: 'key-unknown', basis: 'policy' };

function judge(state: GuardState, { key, at, mayWait }: Extract<GuardEvent, { type: 'key-presented' }>): GuardStep {
  const { verdict, connection } = state;
  const { now, setBack } = readTime(state.time, at);
  const counts = verdict !== undefined && !setBack && now < verdict.until && now < key.exp;
  const open = mayAsk(connection, at.ticks);
  if (!counts && mayWait && open) return { state: asking(state, at), ask: 'and-wait' };
  const decision = counts ? byVerdict(verdict) : withoutServer(state, key, now, setBack);
  const isDue = counts && verdict.valid && now >= verdict.recheckAt;
  return isDue && open ? { state: asking(state, at), decision, ask: 'in-background' } : { state, decision };
}

function asking(state: GuardState, { ticks }: Reading): GuardState {
  return { ...state, connection: asked(state.connection, ticks) };
}

function byVerdict(verdict: KnownVerdict): Decision {
  return verdict.valid
    ? { allowed: true, basis: 'verdict', until: verdict.until }
    : { allowed: false, reason: verdict.reason };
}

/** Decides without the server: an invalid key stays invalid, a valid one is accepted for the grace period after its last confirmation. */
function withoutServer(state: GuardState, key: PresentedKey, now: Seconds, setBack: boolean): Decision {
  const { verdict, limits, policy } = state;
  if (verdict?.valid === false) return { allowed: false, reason: verdict.reason };
  if (!isWithin(state, key)) return outside;
  if (setBack) return { allowed: false, reason: 'clock-set-back' };
  if (now >= key.exp) return { allowed: false, reason: 'key-expired' };
  const graceEnds = Math.max(verdict?.iat ?? 0, key.iat) + narrower(limits, policy).graceSeconds;
  if (now >= graceEnds) return { allowed: false, reason: 'grace-ended' };
  return { allowed: true, basis: 'grace', until: Math.min(graceEnds, key.exp) };
}

function unanswered(state: GuardState, { at, after, random }: Outcome): GuardState {
  return { ...state, connection: failed(state.connection, at.ticks, after, random) };
}

function believe(
  state: GuardState,
  { verdict, at, random }: Extract<GuardEvent, { type: 'verdict-arrived' }>,
): GuardState {
  return {
    ...state,
    time: anchor(state.time, verdict.iat, at),
    connection: healthy,
    verdict: knownVerdict(verdict, narrower(state.limits, state.policy), random),
    knowsEnterprise: knowsEnterpriseOf(verdict),
  };
}

/** Whether a verdict shows that the application serves the enterprise: for others the server answers `key-unknown` only. */
export function knowsEnterpriseOf({ valid, reason }: Pick<ArrivedVerdict, 'valid' | 'reason'>): boolean {
  return valid || (reason !== undefined && reason !== 'key-unknown' && reason !== 'key-not-genuine');
}

/** Computes how long a verdict counts. It is rechecked at a random point between 50 and 90 % of its lifetime, which spreads the load. */
export function knownVerdict(
  { valid, reason, iat, exp }: ArrivedVerdict,
  limits: Limits,
  random: number,
): KnownVerdict {
  const until = Math.min(exp, iat + limits.cacheSeconds);
  const recheckAt = iat + (until - iat) * (0.5 + 0.4 * random);
  return valid
    ? { valid, iat, until, recheckAt }
    : { valid: false, reason: reason ?? 'key-unknown', iat, until, recheckAt };
}
