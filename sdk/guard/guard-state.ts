import type { DeadReason } from '../../domain/chain/levels.ts';
import type { Jti } from '../../domain/kernel/ids.ts';
import type { Seconds } from '../../domain/kernel/time.ts';
import { asked, type Connection, failed, healthy, mayAsk } from './connection.ts';
import { type Limits, narrower } from './limits.ts';
import { isOfOrg, isWithin, newerPolicy, type Scope, type SignedPolicy } from './scope.ts';
import { anchor, isCurrent, noteSigned, type Reading, readTime, type TrustedTime } from './trusted-time.ts';

/** A genuine key, as far as the decision goes. */
export interface PresentedKey {
  readonly jti: Jti;
  readonly iat: Seconds;
  readonly exp: Seconds;
  readonly org: string;
  readonly app: string;
}

/** What the server said of a key, last. */
export type KnownVerdict = {
  readonly iat: Seconds;
  /** by the server's time: until then it counts, from `dueAt` on it is asked for anew */
  readonly until: Seconds;
  readonly dueAt: Seconds;
} & ({ readonly valid: true } | { readonly valid: false; readonly reason: DeadReason });

/** What a guard knows; `verdict` and `knowsEnterprise` are those of the one key which an event is about. */
export interface GuardState extends Scope {
  readonly time: TrustedTime;
  /** of the settings; those of the policy count where they are narrower */
  readonly limits: Limits;
  readonly connection: Connection;
  readonly verdict: KnownVerdict | undefined;
}

export type GuardEvent =
  /** `mayWait` is false once a caller has waited long enough for an answer */
  | { readonly type: 'key-presented'; readonly key: PresentedKey; readonly at: Reading; readonly mayWait: boolean }
  | ({ readonly type: 'verdict-arrived'; readonly verdict: ArrivedVerdict } & Outcome)
  /** its token was verified down from the pinned Root, at the server's time, and is this application's */
  | { readonly type: 'policy-arrived'; readonly policy: SignedPolicy }
  | ({ readonly type: 'no-answer' } & Outcome);

/** `after`: the failures of the connection when it was asked; `luck`: 0 … 1 */
interface Outcome {
  readonly at: Reading;
  readonly after: number;
  readonly luck: number;
}

/** A verdict whose signature, audience, nonce and key were found good. */
export interface ArrivedVerdict {
  readonly valid: boolean;
  readonly reason?: DeadReason | undefined;
  readonly iat: Seconds;
  readonly exp: Seconds;
}

export type Decision =
  | { readonly allowed: true; readonly basis: 'verdict' | 'grace'; readonly until: Seconds }
  | { readonly allowed: false; readonly reason: RefusalReason }
  /** not the server's word about the key: it belongs where this application has no business, as far as is known */
  | { readonly allowed: false; readonly reason: 'key-unknown'; readonly basis: 'policy' };

/** Besides what the server says of dead keys: nobody could ask it for too long, or the clock was set back. */
export type RefusalReason = DeadReason | 'grace-ended' | 'clock-set-back';

export interface GuardStep {
  readonly state: GuardState;
  /** absent when the answer must be waited for */
  readonly decision?: Decision;
  /** check-validity is to be asked about the key, whose holder waits for it or not */
  readonly ask?: 'and-wait' | 'in-background';
}

/** What happens in a guard: pure, so that it is the same in every language (docs/clients.md). */
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
  const isDue = counts && verdict.valid && now >= verdict.dueAt;
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

/** What was dead stays dead; what was good goes on for the grace, counted from the last moment that the server vouched for it. */
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

function unanswered(state: GuardState, { at, after, luck }: Outcome): GuardState {
  return { ...state, connection: failed(state.connection, at.ticks, after, luck) };
}

function believe(
  state: GuardState,
  { verdict, at, luck }: Extract<GuardEvent, { type: 'verdict-arrived' }>,
): GuardState {
  return {
    ...state,
    time: anchor(state.time, verdict.iat, at),
    connection: healthy,
    verdict: knownVerdict(verdict, narrower(state.limits, state.policy), luck),
    knowsEnterprise: saysOfEnterprise(verdict),
  };
}

/** The server says more than `key-unknown` of keys in enterprises only that the application serves. */
export function saysOfEnterprise({ valid, reason }: Pick<ArrivedVerdict, 'valid' | 'reason'>): boolean {
  return valid || (reason !== undefined && reason !== 'key-unknown' && reason !== 'key-not-genuine');
}

/** Between half and nine tenths of its time it is asked for anew, so that keys which came together do not stay together. */
export function knownVerdict({ valid, reason, iat, exp }: ArrivedVerdict, limits: Limits, luck: number): KnownVerdict {
  const until = Math.min(exp, iat + limits.cacheSeconds);
  const dueAt = iat + (until - iat) * (0.5 + 0.4 * luck);
  return valid ? { valid, iat, until, dueAt } : { valid: false, reason: reason ?? 'key-unknown', iat, until, dueAt };
}
