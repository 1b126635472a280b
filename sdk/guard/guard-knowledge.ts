import { minute } from '../../domain/kernel/time.ts';
import type { KnownRoots } from '../roots/known-roots.ts';
import { runInBackground } from '../run-in-background.ts';
import type { KeyStore } from '../stores/key-store.ts';
import { createMemoryStore } from '../stores/memory-store.ts';
import type { KeyClaims } from '../verify.ts';
import { healthy } from './connection.ts';
import {
  type GuardEvent,
  type GuardState,
  type GuardStep,
  knownVerdict,
  knowsEnterpriseOf,
  step,
} from './guard-state.ts';
import { createGuardStore, type SavedVerdict } from './guard-store.ts';
import { createKnownKeys } from './known-keys.ts';
import { assertLimits, limitsOf, narrower, type WantedLimits } from './limits.ts';
import type { LearnedPolicy } from './own-policy.ts';
import { createPolicySchedule } from './policy-schedule.ts';
import { isWithin, type Owner } from './scope.ts';
import { advance, noteSigned, type Reading, readTime, untrustedTime } from './trusted-time.ts';

export interface KnowledgeSettings extends WantedLimits {
  readonly owner: Owner;
  /** `application:hub/hwf` */
  readonly audience: string;
  readonly roots: KnownRoots;
  readonly clocks: () => Reading;
  readonly onError: (error: unknown) => void;
  readonly store?: KeyStore | undefined;
  readonly random?: (() => number) | undefined;
}

/** Keeps the state of a guard (guard-state.ts) and applies events to it. */
export interface GuardKnowledge {
  judge(key: KeyClaims, mayWait: boolean): Omit<GuardStep, 'state'>;
  /** Returns the consecutive failures of the connection. */
  failures(): number;
  /** Records a verified verdict. @param after the number of failures when it was requested */
  believe(key: KeyClaims, verdict: SavedVerdict, after: number): void;
  /** Records a request without a valid answer. @param after the number of failures when it was sent */
  noAnswer(key: KeyClaims, after: number): void;
  /** Fetches the policy of the application once a day; once an hour when a verdict contradicts the policy. */
  learnPolicy(ask: (now: number) => Promise<LearnedPolicy>): Promise<void>;
  now(): number;
  close(): Promise<void>;
}

const saveAfterMs = 1000;
/** Interval at which the time is saved while keys are checked, if the store allows it: a clock set back is detected after a restart. */
const saveEverySeconds = 5 * minute;

/** Loads the saved knowledge of a guard. @throws StoreError; TypeError when a limit is invalid */
export async function createGuardKnowledge(settings: KnowledgeSettings): Promise<GuardKnowledge> {
  assertLimits(settings);
  const { clocks, onError, random = Math.random, store = createMemoryStore() } = settings;
  const memory = createGuardStore(store, settings.audience, settings.roots, onError);
  const kept = await memory.load();
  const policySchedule = createPolicySchedule();
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
  let nextSaveAt = Number.NEGATIVE_INFINITY;
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
    nextSaveAt = performance.now() + (store.limits?.minWriteIntervalMs ?? 0);
    const { time, reading } = advance(shared.time, at);
    try {
      await memory.save({ time, clock: reading.clock, policy: learned, verdicts: keys.tokens }, isLast);
    } catch (error) {
      onError(error);
    }
  }

  function saveSoon(): void {
    timer ??= runInBackground(
      setTimeout(() => void save(false), Math.max(saveAfterMs, nextSaveAt - performance.now())),
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
      const { isNews } = happen(key, { type: 'verdict-arrived', verdict: said, at: clocks(), after, random: random() });
      // An outdated verdict is not accepted, and must not be after a restart.
      if (!isNews) return;
      keys.keep(key.jti, verdict);
      if (isWithin({ ...shared, knowsEnterprise: true }, key) !== knowsEnterpriseOf(said)) policySchedule.hasten();
      saveSoon();
    },
    noAnswer(key, after) {
      happen(key, { type: 'no-answer', at: clocks(), after, random: random() });
    },
    async learnPolicy(ask) {
      const { ticks } = clocks();
      if (!policySchedule.begin(ticks)) return;
      try {
        const arrived = await ask(readTime(shared.time, clocks()).now);
        const { policy } = arrived;
        const before = { ...shared, verdict: undefined, knowsEnterprise: false };
        const { state } = step(before, { type: 'policy-arrived', policy });
        if (state.policy !== policy)
          throw new Error(
            'The policy of the application is outdated: the server returned one that is older than the known one.',
          );
        shared = { ...shared, policy, time: state.time };
        learned = arrived;
        policySchedule.succeed();
        saveSoon();
      } catch (error) {
        onError(error);
      }
    },
    now: () => readTime(shared.time, clocks()).now,
    close: async () => await save(true),
  };
}

function startTime(at: Reading, kept: { time: number; clock: number } | undefined) {
  if (!kept) return untrustedTime(at);
  // Ticks of another process have another origin: start from the saved clock and the current ticks.
  return { signed: 0, time: kept.time, reading: { clock: kept.clock, ticks: at.ticks } };
}
