import { day, type Seconds } from '../kernel/time.ts';
import { isSameRing, type KeyRing, type KeyRole, maxPrevious } from './key-ring.ts';
import { linkDays } from './links.ts';

/** Steps of the rotation of a Root or Org key: announce the next key, switch to it, drop the previous one. */
export const rotationSteps = ['announce', 'switch', 'drop'] as const;
export type RotationStep = (typeof rotationSteps)[number];

export type RingKind = 'root' | 'org';

/** The longest time after its expiry for which an area still accepts a key in a refresh: that of a site key (docs/rules.md 3.6). */
export const longestRefreshSeconds = 60 * day;

/** Wait after a switch: the lifetime of the last enterprise link under the previous key, and the refresh period of its last key. */
const dropSeconds = linkDays.enterprise * day + longestRefreshSeconds;

/** Waiting period of each step, after the key in that role took the role. */
const waits: Record<RingKind, Partial<Record<RotationStep, { readonly since: KeyRole; readonly seconds: Seconds }>>> = {
  root: { switch: { since: 'next', seconds: 90 * day }, drop: { since: 'current', seconds: dropSeconds } },
  org: { switch: { since: 'next', seconds: 30 * day }, drop: { since: 'current', seconds: dropSeconds } },
};

/** Input of the planning of a step. */
export interface RotationFacts {
  readonly kind: RingKind;
  /** as configured */
  readonly ring: KeyRing;
  /** as get-trust returns it */
  readonly deployed: KeyRing;
  /** since when each key has its role, as get-trust returns it */
  readonly since: Readonly<Partial<Record<KeyRole, Seconds | undefined>>>;
}

export interface PlannedStep {
  readonly step: RotationStep;
  readonly after: KeyRing;
  /** earliest time at which the step breaks no client; undefined where it may be taken at once */
  readonly notBefore: Seconds | undefined;
}

export type Obstacle = 'not-deployed' | 'impossible' | 'too-early';

/**
 * Plans the requested step, or else the next one.
 * @returns undefined when it is not possible in this state of the ring
 */
export function planStep({ kind, ring, since }: RotationFacts, asked?: RotationStep): PlannedStep | undefined {
  const step = asked ?? nextStep(ring);
  const after = takeStep(ring, step);
  return after && { step, after, notBefore: earliest(kind, step, since) };
}

/** Returns the reason against a step, if any. A compromised key needs no waiting; a step that is not deployed blocks the next one. */
export function obstacleTo(
  planned: PlannedStep | undefined,
  { ring, deployed }: RotationFacts,
  now: Seconds,
  compromised: boolean,
): Obstacle | undefined {
  if (!isSameRing(ring, deployed)) return 'not-deployed';
  if (!planned) return 'impossible';
  return !compromised && planned.notBefore !== undefined && now < planned.notBefore ? 'too-early' : undefined;
}

function nextStep({ next, previous }: KeyRing): RotationStep {
  if (next !== null) return 'switch';
  return previous.length > 0 ? 'drop' : 'announce';
}

function takeStep(ring: KeyRing, step: RotationStep): KeyRing | undefined {
  const { previous, current, next } = ring;
  switch (step) {
    case 'announce':
      return next === null ? { ...ring, next: current + 1 } : undefined;
    case 'switch':
      return next === null || previous.length >= maxPrevious
        ? undefined
        : { previous: [current, ...previous], current: next, next: null };
    case 'drop':
      return previous.length > 0 ? { ...ring, previous: [] } : undefined;
  }
}

/** Returns the earliest time of a step; never (Infinity) where the server does not publish the time of the role. */
function earliest(kind: RingKind, step: RotationStep, since: RotationFacts['since']): Seconds | undefined {
  const wait = waits[kind][step];
  return wait && (since[wait.since] ?? Number.POSITIVE_INFINITY) + wait.seconds;
}
