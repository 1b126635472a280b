import { describe, expect, it } from '@jest/globals';
import { firstRing, KeyRing, membersOf } from '../../../domain/trust/key-ring.ts';
import { obstacleTo, planStep, type RotationFacts } from '../../../domain/trust/key-ring-rotation.ts';
import { day, now } from '../../site-licensing/domain/facts.ts';

const rings = {
  first: firstRing,
  announced: { previous: [], current: 1, next: 2 },
  switched: { previous: [1], current: 2, next: null },
  again: { previous: [1], current: 2, next: 3 },
  full: { previous: [2, 1], current: 3, next: 4 },
} as const satisfies Record<string, KeyRing>;

const facts = (more: Partial<RotationFacts> = {}): RotationFacts => {
  const ring = more.ring ?? firstRing;
  return { kind: 'root', ring, deployed: ring, since: { current: now - 400 * day, next: now - 100 * day }, ...more };
};

describe('a ring of keys', () => {
  it.each(Object.entries(rings))('%s is one', (_name, ring) => {
    expect(KeyRing.parse(ring)).toEqual(ring);
  });

  it.each([
    { previous: [2], current: 1, next: null },
    { previous: [], current: 2, next: 1 },
    { previous: [], current: 1, next: 1 },
    { previous: [1, 2], current: 3, next: null },
    { previous: [3, 2, 1], current: 4, next: null },
    { previous: [], current: 0, next: null },
    { previous: [], current: 1 },
  ])('%j is none', ring => {
    expect(KeyRing.safeParse(ring).success).toBe(false);
  });

  it('names who signs first', () => {
    expect(membersOf(rings.again)).toEqual([
      { role: 'current', member: 2 },
      { role: 'next', member: 3 },
      { role: 'previous', member: 1 },
    ]);
  });
});

describe('the step that is due', () => {
  it.each([
    ['announces', rings.first, 'announce', rings.announced],
    ['switches', rings.announced, 'switch', rings.switched],
    ['drops', rings.switched, 'drop', { previous: [], current: 2, next: null }],
  ] as const)('%s', (_title, ring, step, after) => {
    expect(planStep(facts({ ring }))).toMatchObject({ step, after });
  });

  it('is another one when that is asked for: a compromised key can be replaced while a former one is kept', () => {
    expect(planStep(facts({ ring: rings.switched }), 'announce')?.after).toEqual(rings.again);
    expect(planStep(facts({ ring: rings.again }), 'switch')?.after).toEqual({
      previous: [2, 1],
      current: 3,
      next: null,
    });
  });

  it.each([
    ['announce', rings.announced],
    ['switch', rings.first],
    ['switch', rings.full],
    ['drop', rings.first],
  ] as const)('is never %s from %j', (step, ring) => {
    const impossible = facts({ ring });
    expect(obstacleTo(planStep(impossible, step), impossible, now, true)).toBe('impossible');
  });

  it('walks from ring to ring without ever leaving what a ring is', () => {
    let ring: KeyRing = firstRing;
    for (let i = 0; i < 12; i++) {
      ring = planStep(facts({ ring }))?.after ?? ring;
      expect(KeyRing.parse(ring)).toEqual(ring);
    }
    expect(ring).toEqual({ previous: [], current: 5, next: null });
  });
});

describe('a step waits', () => {
  const obstacle = (more: Partial<RotationFacts>, compromised = false) =>
    obstacleTo(planStep(facts(more)), facts(more), now, compromised);

  it.each([
    ['root', rings.announced, 'next', 90],
    ['org', rings.announced, 'next', 30],
    ['root', rings.switched, 'current', 122],
    ['org', rings.switched, 'current', 122],
  ] as const)('at %s %j after the time of %s: %i days, and not for a compromised key', (kind, ring, role, days) => {
    const at = (seconds: number) => ({ kind, ring, since: { [role]: now - days * day + seconds } });
    expect(obstacle(at(1))).toBe('too-early');
    expect(obstacle(at(1), true)).toBeUndefined();
    expect(obstacle(at(0))).toBeUndefined();
  });

  it('where the server does not tell since when', () => {
    expect(obstacle({ ring: rings.announced, since: {} })).toBe('too-early');
  });

  it.each([false, true])('for the deployment of the step before (compromised: %s)', compromised => {
    expect(obstacle({ ring: rings.announced, deployed: rings.first }, compromised)).toBe('not-deployed');
    expect(obstacle({ ring: rings.switched, deployed: rings.announced }, compromised)).toBe('not-deployed');
  });

  it('for nothing when the next key is announced', () => {
    expect(planStep(facts())?.notBefore).toBeUndefined();
    expect(obstacle({ since: {} })).toBeUndefined();
  });
});
