import { minute } from '../../domain/kernel/time.ts';
import type { KnownRoots } from '../roots/known-roots.ts';
import { runInBackground } from '../run-in-background.ts';
import type { KeyStore } from '../stores/key-store.ts';
import { createMemoryStore } from '../stores/memory-store.ts';
import type { KeyClaims } from '../verify.ts';
import { healthy } from './connection.ts';
import { createGuardMemory, type RememberedVerdict } from './guard-memory.ts';
import {
  type GuardEvent,
  type GuardState,
  type GuardStep,
  knownVerdict,
  saysOfEnterprise,
  step,
} from './guard-state.ts';
import { createKnownKeys } from './known-keys.ts';
import { assertLimits, limitsOf, narrower, type WantedLimits } from './limits.ts';
import type { LearnedPolicy } from './own-policy.ts';
import { createPolicyTurns } from './policy-turns.ts';
import { isWithin, type Owner } from './scope.ts';
import { advance, noteSigned, type Reading, readTime, untrustedTime } from './trusted-time.ts';

export interface KnowledgeSettings extends WantedLimits {
  readonly owner: Owner;
  /** `application:hub/hwf` */
  readonly audience: string;
  readonly roots: KnownRoots;
  readonly clocks: () => Reading;
  readonly onTrouble: (error: unknown) => void;
  readonly store?: KeyStore | undefined;
  readonly random?: (() => number) | undefined;
}

/** All that a guard knows of time, keys and the server, and what follows from it (machine.ts). */
export interface GuardKnowledge {
  judge(key: KeyClaims, mayWait: boolean): Omit<GuardStep, 'state'>;
  /** failures of the connection in a row */
  failures(): number;
  /** @param after the failures when it was asked */
  believe(key: KeyClaims, verdict: RememberedVerdict, after: number): void;
  noAnswer(key: KeyClaims, after: number): void;
  /** Learns what the policy of the application allows, once a day; once an hour when a verdict says otherwise than the policy. */
  learnPolicy(ask: (now: number) => Promise<LearnedPolicy>): Promise<void>;
  now(): number;
  close(): Promise<void>;
}

const saveAfterMs = 1000;
/** The clock is written down that often while keys are checked, if the store bears it, so that setting it back is found out after a restart. */
const saveEverySeconds = 5 * minute;

/** @throws StoreUnusable; TypeError when a limit is none */
export async function createGuardKnowledge(settings: KnowledgeSettings): Promise<GuardKnowledge> {
  assertLimits(settings);
  const { clocks, onTrouble, random = Math.random, store = createMemoryStore() } = settings;
  const memory = createGuardMemory(store, settings.audience, settings.roots, onTrouble);
  const kept = await memory.load();
  const policyTurns = createPolicyTurns();
  let learned = kept?.policy;
  let shared: Omit<GuardState, 'verdict' | 'knowsEnterprise'> = {
    owner: settings.owner,
    policy: learned?.policy,
    time: startTime(clocks(), kept),
    limits: limitsOf(settings),
    connection: healthy,
  };
  const limits = narrower(shared.limits, shared.policy);
  const keys = createKnownKeys(kept?.verdicts ?? new Map(), claims => knownVerdict(claims, limits, random()));
  const signedTimes = [...keys.tokens.values()].map(({ claims }) => claims.iat);
  for (const iat of [...signedTimes, learned?.policy.iat ?? 0])
    shared = { ...shared, time: noteSigned(shared.time, iat) };
  let savedAt = clocks().ticks;
  let restsUntil = Number.NEGATIVE_INFINITY;
  let timer: ReturnType<typeof setTimeout> | undefined;

  function happen(key: KeyClaims, event: GuardEvent): Omit<GuardStep, 'state'> & { readonly isNews: boolean } {
    const { state, ...done } = step({ ...shared, ...keys.of(key) }, event);
    const { verdict, knowsEnterprise, ...rest } = state;
    shared = rest;
    return { ...done, isNews: keys.note(key, { verdict, knowsEnterprise }) };
  }

  async function save(isLast: boolean): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    const at = clocks();
    savedAt = at.ticks;
    restsUntil = performance.now() + (store.bounds?.restMs ?? 0);
    const { time, reading } = advance(shared.time, at);
    try {
      await memory.save({ time, clock: reading.clock, policy: learned, verdicts: keys.tokens }, isLast);
    } catch (error) {
      onTrouble(error);
    }
  }

  function saveSoon(): void {
    timer ??= runInBackground(
      setTimeout(() => void save(false), Math.max(saveAfterMs, restsUntil - performance.now())),
    );
  }

  return {
    judge(key, mayWait) {
      const at = clocks();
      if (at.ticks - savedAt > saveEverySeconds) saveSoon();
      return happen(key, { type: 'key-presented', key, at, mayWait });
    },
    failures: () => shared.connection.failures,
    believe(key, verdict, after) {
      const { valid, reason, iat, exp } = verdict.claims;
      const said = { valid, reason, iat, exp };
      const { isNews } = happen(key, { type: 'verdict-arrived', verdict: said, at: clocks(), after, luck: random() });
      // One of a time that is over is not believed, and must not be after a restart.
      if (!isNews) return;
      keys.keep(key.jti, verdict);
      if (isWithin({ ...shared, knowsEnterprise: true }, key) !== saysOfEnterprise(said)) policyTurns.hasten();
      saveSoon();
    },
    noAnswer(key, after) {
      happen(key, { type: 'no-answer', at: clocks(), after, luck: random() });
    },
    async learnPolicy(ask) {
      const { ticks } = clocks();
      if (!policyTurns.begin(ticks)) return;
      try {
        const arrived = await ask(readTime(shared.time, clocks()).now);
        const { policy } = arrived;
        const before = { ...shared, verdict: undefined, knowsEnterprise: false };
        const { state } = step(before, { type: 'policy-arrived', policy });
        if (state.policy !== policy) throw new Error('The server answered a policy that is older than the known one.');
        shared = { ...shared, policy, time: state.time };
        learned = arrived;
        policyTurns.succeed();
        saveSoon();
      } catch (error) {
        onTrouble(error);
      }
    },
    now: () => readTime(shared.time, clocks()).now,
    close: async () => await save(true),
  };
}

function startTime(at: Reading, kept: { time: number; clock: number } | undefined) {
  if (!kept) return untrustedTime(at);
  // The ticks of another process mean nothing: its last look at the clock counts, and the ticks from now on.
  return { signed: 0, time: kept.time, reading: { clock: kept.clock, ticks: at.ticks } };
}
