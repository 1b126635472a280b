import type { Jti } from '../../domain/ids.ts';
import { day, hour, minute } from '../../domain/time.ts';
import { inBackground } from '../in-background.ts';
import type { KnownRoots } from '../roots/known-roots.ts';
import type { KeyStore } from '../stores/key-store.ts';
import { createMemoryStore } from '../stores/memory-store.ts';
import type { KeyClaims } from '../verify.ts';
import { healthy } from './connection.ts';
import { createGuardMemory, type RememberedVerdict } from './guard-memory.ts';
import { assertLimits, capped, type WantedLimits } from './limits.ts';
import {
  type GuardEvent,
  type GuardState,
  type GuardStep,
  type KnownVerdict,
  knownVerdict,
  type Limits,
  step,
} from './machine.ts';
import { advance, noteSigned, type Reading, readTime, untrustedTime } from './trusted-time.ts';

export interface KnowledgeSettings extends WantedLimits {
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
  believe(jti: Jti, verdict: RememberedVerdict, after: number): void;
  noAnswer(jti: Jti, after: number): void;
  /** What the policy of the application allows, once a day: less than the settings counts. */
  learnLimits(ask: () => Promise<Limits>): Promise<void>;
  now(): number;
  close(): Promise<void>;
}

const mostVerdicts = 10_000;
const saveAfterMs = 1000;
/** The clock is written down that often while keys are checked, if the store bears it, so that setting it back is found out after a restart. */
const saveEverySeconds = 5 * minute;

/** @throws StoreUnusable; TypeError when a limit is none */
export async function createGuardKnowledge(settings: KnowledgeSettings): Promise<GuardKnowledge> {
  assertLimits(settings);
  const { clocks, onTrouble, random = Math.random, store = createMemoryStore() } = settings;
  const memory = createGuardMemory(store, settings.audience, settings.roots, onTrouble);
  const kept = await memory.load();
  const tokens = new Map<Jti, RememberedVerdict>(kept?.verdicts);
  const verdicts = new Map<Jti, KnownVerdict>();
  let limits = capped(settings, kept?.limits);
  let shared: Omit<GuardState, 'verdict'> = { time: startTime(clocks(), kept), limits, connection: healthy };
  for (const [jti, { claims }] of tokens) {
    verdicts.set(jti, knownVerdict(claims, limits, random()));
    shared = { ...shared, time: noteSigned(shared.time, claims.iat) };
  }
  let limitsFrom = Number.NEGATIVE_INFINITY;
  let savedAt = clocks().ticks;
  let restsUntil = Number.NEGATIVE_INFINITY;
  let timer: ReturnType<typeof setTimeout> | undefined;

  function happen(jti: Jti, event: GuardEvent): GuardStep {
    const before = verdicts.get(jti);
    const done = step({ ...shared, verdict: before }, event);
    const { verdict, ...rest } = done.state;
    shared = rest;
    if (verdict && verdict !== before) remember(jti, verdict);
    return done;
  }

  function remember(jti: Jti, verdict: KnownVerdict): void {
    const oldest = verdicts.keys().next();
    if (verdicts.size >= mostVerdicts && !verdicts.has(jti) && !oldest.done) {
      verdicts.delete(oldest.value);
      tokens.delete(oldest.value);
    }
    verdicts.set(jti, verdict);
  }

  async function save(isLast: boolean): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    const at = clocks();
    savedAt = at.ticks;
    restsUntil = performance.now() + (store.bounds?.restMs ?? 0);
    const { time, reading } = advance(shared.time, at);
    try {
      await memory.save({ time, clock: reading.clock, limits, verdicts: tokens }, isLast);
    } catch (error) {
      onTrouble(error);
    }
  }

  function saveSoon(): void {
    timer ??= inBackground(setTimeout(() => void save(false), Math.max(saveAfterMs, restsUntil - performance.now())));
  }

  return {
    judge(key, mayWait) {
      const at = clocks();
      if (at.ticks - savedAt > saveEverySeconds) saveSoon();
      return happen(key.jti, { type: 'key-presented', key, at, mayWait });
    },
    failures: () => shared.connection.failures,
    believe(jti, verdict, after) {
      const { valid, reason, iat, exp } = verdict.claims;
      const said = { valid, reason, iat, exp };
      const before = verdicts.get(jti);
      happen(jti, { type: 'verdict-arrived', verdict: said, at: clocks(), after, luck: random() });
      // One of a time that is over is not believed, and must not be after a restart.
      if (verdicts.get(jti) === before) return;
      tokens.set(jti, verdict);
      saveSoon();
    },
    noAnswer(jti, after) {
      happen(jti, { type: 'no-answer', at: clocks(), after, luck: random() });
    },
    async learnLimits(ask) {
      const { ticks } = clocks();
      if (ticks - limitsFrom < day) return;
      limitsFrom = ticks;
      try {
        limits = capped(settings, await ask());
        shared = { ...shared, limits };
        saveSoon();
      } catch (error) {
        limitsFrom = ticks - day + hour;
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
