import { day, hour, minute } from '../../domain/kernel/time.ts';
import { healthy } from '../../sdk/guard/connection.ts';
import { type GuardEvent, type GuardState, step } from '../../sdk/guard/guard-state.ts';
import type { SignedPolicy } from '../../sdk/guard/scope.ts';
import { untrustedTime } from '../../sdk/guard/trusted-time.ts';
import { type SeededRandom, seeded } from '../../test/support/seeded.ts';
import { allowed, bad, good, key, limits, owner, reading, said, shown, silent } from './guard-events.ts';
import { policyStories } from './policy-stories.ts';

const stories: Record<string, readonly GuardEvent[]> = {
  'a good key is asked about once, and again before its verdict ends': [
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
  'nobody answers: the key goes on for the grace, and then does not, until the server is back': [
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
  'a key that was never asked about has its grace from its own issue': [
    shown(-3600),
    silent(-3595, 0),
    shown(-3595, 0, false),
    shown(0, 0, false),
    shown(1, 0, false),
  ],
  'what was dead stays dead while nobody answers': [
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
  'a key ends, whatever is known of it': [
    shown(25 * day - 10),
    good(25 * day - 9),
    shown(25 * day - 1),
    shown(25 * day),
    shown(25 * day, 0, false),
  ],
  'a clock that is set back is found out, and the server heals it': [
    shown(0),
    good(1),
    shown(60, -299),
    shown(61, -400),
    shown(61, -400, false),
    good(62, 0.5, -400),
    shown(63, -400),
    shown(2 * hour, -400),
  ],
  'a clock that is set ahead ends verdicts early, and the server heals it': [
    shown(0),
    good(1),
    shown(2, 10 * day),
    good(3, 0.5, 10 * day),
    shown(4, 10 * day),
  ],
  'a verdict that is older than what is known is no answer': [
    shown(0),
    good(400),
    said(401, 0.5, 0, undefined, 302),
    said(402, 0.5, 0, undefined, 302),
    shown(403),
  ],
  'failures of questions that were under way together count once': [
    shown(0),
    silent(1, 0, 0),
    silent(1, 0, 1),
    shown(1),
    shown(2),
    silent(3, 1, 1),
    shown(4),
    shown(7),
  ],
  'the pause between questions doubles up to five minutes': [
    shown(0),
    ...Array.from({ length: 10 }, (_, failures) => silent(1000 * failures, failures, 1)),
    shown(9299),
    shown(9300),
  ],
};

/** What happens in a guard, event by event. */
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

function walk(luck: SeededRandom): GuardEvent[] {
  let passed = 0;
  return Array.from({ length: 15 }, () => {
    passed += luck.pick([1, 10, 60, 20 * minute, hour, day]);
    const chance = luck.pick([0, 0.25, 0.5, 1]);
    return luck.pick<() => GuardEvent>([
      () => shown(passed),
      () => shown(passed, luck.pick([0, 0, -200, -400, -day, day]), luck.chance(0.5)),
      () =>
        shown(passed, 0, luck.chance(0.5), {
          ...key,
          ...luck.pick([{ app: 'boost' }, { app: 'caio' }, { org: 'core' }]),
        }),
      () => allowed(passed - luck.pick([0, 10, hour]), luck.pick(policies)),
      () => good(passed, chance),
      () => bad(passed, luck.pick(['suspended', 'deleted', 'key-superseded'])),
      () => silent(passed, luck.below(3), chance),
    ])();
  });
}
