import { day, hour, minute } from '../../domain/kernel/time.ts';
import { healthy } from '../../sdk/guard/connection.ts';
import { type GuardEvent, type GuardState, step } from '../../sdk/guard/guard-state.ts';
import type { SignedPolicy } from '../../sdk/guard/scope.ts';
import { untrustedTime } from '../../sdk/guard/trusted-time.ts';
import { type SeededRandom, seeded } from '../../test/support/seeded.ts';
import { allowed, bad, good, key, limits, owner, reading, said, shown, silent } from './guard-events.ts';
import { policyStories } from './policy-stories.ts';

const stories: Record<string, readonly GuardEvent[]> = {
  'a valid key is checked once, and again before its verdict expires': [
    shown(0),
    good(1),
    shown(2),
    shown(0.5 * hour),
    shown(0.7 * hour),
    shown(0.71 * hour),
    good(0.72 * hour, 0),
    shown(0.9 * hour),
    shown(2 * hour),
  ],
  'the server does not answer: the key is accepted for the grace period, then refused until the server answers': [
    shown(0),
    good(1),
    shown(2 * hour),
    silent(2 * hour + 5, 0),
    shown(2 * hour + 5, 0, false),
    shown(2 * hour + 6),
    shown(2 * hour + 20),
    silent(2 * hour + 25, 1),
    shown(5 * day),
    silent(5 * day + 5, 2, 1),
    shown(5 * day + 5, 0, false),
    shown(5 * day + 6),
    good(5 * day + 300),
    shown(5 * day + 301),
  ],
  'the grace period of a key that was never checked starts at its issue': [
    shown(-3600),
    silent(-3595, 0),
    shown(-3595, 0, false),
    shown(0, 0, false),
    shown(1, 0, false),
  ],
  'an invalid key stays invalid while the server does not answer': [
    shown(0),
    bad(1, 'suspended'),
    shown(2),
    shown(62),
    silent(67, 0),
    shown(67, 0, false),
    shown(10 * day, 0, false),
    good(10 * day + 1),
    shown(10 * day + 2),
  ],
  'a key expires, whatever its verdict': [
    shown(25 * day - 10),
    good(25 * day - 9),
    shown(25 * day - 1),
    shown(25 * day),
    shown(25 * day, 0, false),
  ],
  'a clock that is set back is detected, and corrected by the server': [
    shown(0),
    good(1),
    shown(60, -299),
    shown(61, -400),
    shown(61, -400, false),
    good(62, 0.5, -400),
    shown(63, -400),
    shown(2 * hour, -400),
  ],
  'a clock that is set ahead expires verdicts early, and is corrected by the server': [
    shown(0),
    good(1),
    shown(2, 10 * day),
    good(3, 0.5, 10 * day),
    shown(4, 10 * day),
  ],
  'a verdict older than the known time counts as no answer': [
    shown(0),
    good(400),
    said(401, 0.5, 0, undefined, 302),
    said(402, 0.5, 0, undefined, 302),
    shown(403),
  ],
  'failures of concurrent requests count once': [
    shown(0),
    silent(1, 0, 0),
    silent(1, 0, 1),
    shown(1),
    shown(2),
    silent(3, 1, 1),
    shown(4),
    shown(7),
  ],
  'the backoff doubles up to five minutes': [
    shown(0),
    ...Array.from({ length: 10 }, (_, failures) => silent(1000 * failures, failures, 1)),
    shown(9299),
    shown(9300),
  ],
};

/** Returns stories of a guard, event by event. */
export function guardVectors() {
  const told = [
    ...Object.entries(stories).map(([name, events]) => ({ name, ...run(events) })),
    ...Object.entries(policyStories).map(([name, { start, events }]) => ({ name, ...run(events, start) })),
  ];
  const walks = Array.from({ length: 20 }, (_, i) => ({
    name: `a walk, number ${i + 1}`,
    ...run(walk(seeded(4000 + i))),
  }));
  return [...told, ...walks];
}

function run(events: readonly GuardEvent[], known: Partial<GuardState> = {}) {
  const [first] = events;
  const at = first && 'at' in first ? first.at : reading(0);
  const start: GuardState = {
    owner,
    time: untrustedTime(at),
    limits,
    connection: healthy,
    verdict: undefined,
    knowsEnterprise: false,
    ...known,
  };
  let state = start;
  const steps = events.map(event => {
    const { state: next, decision, ask } = step(state, event);
    state = next;
    return { event, decision, ask, state: next };
  });
  return { start, steps };
}

const policies: readonly Partial<SignedPolicy>[] = [
  {},
  { enforcesFor: [] },
  { enforcesFor: ['caio'], enterprises: 'listed' },
  { cacheSeconds: 60, graceSeconds: day },
];

function walk(random: SeededRandom): GuardEvent[] {
  let passed = 0;
  return Array.from({ length: 15 }, () => {
    passed += random.pick([1, 10, 60, 20 * minute, hour, day]);
    const chance = random.pick([0, 0.25, 0.5, 1]);
    return random.pick<() => GuardEvent>([
      () => shown(passed),
      () => shown(passed, random.pick([0, 0, -200, -400, -day, day]), random.chance(0.5)),
      () =>
        shown(passed, 0, random.chance(0.5), {
          ...key,
          ...random.pick([{ app: 'boost' }, { app: 'caio' }, { org: 'core' }]),
        }),
      () => allowed(passed - random.pick([0, 10, hour]), random.pick(policies)),
      () => good(passed, chance),
      () => bad(passed, random.pick(['suspended', 'deleted', 'key-superseded'])),
      () => silent(passed, random.below(3), chance),
    ])();
  });
}
