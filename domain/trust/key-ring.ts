import * as z from 'zod';

/** Values for the generations of one key of the chain: the current one, previous ones, and the announced next one. */
export interface Ring<T> {
  /** newest first; they no longer sign, but their signatures still verify */
  readonly previous: readonly T[];
  readonly current: T;
  readonly next: T | null;
}

export const roles = ['current', 'next', 'previous'] as const;
export type KeyRole = (typeof roles)[number];

/** Limits a ring to three signing generations: the answer of a custom resource has 4 kB (AWS CloudFormation user guide). */
export const maxPrevious = 2;

export function ringOf<S extends z.ZodType>(member: S) {
  return z.strictObject({
    previous: z.array(member).max(maxPrevious).readonly(),
    current: member,
    next: member.nullable(),
  });
}

/** Numbers of the generations: 1, 2, 3 …; never reused. */
export const KeyRing = ringOf(z.int().positive()).refine(
  ({ previous, current, next }) =>
    [next ?? current + 1, current, ...previous].every((number, i, all) => i === 0 || number < (all[i - 1] ?? 0)),
  'generations fall from next over current to previous',
);
export type KeyRing = Ring<number>;

export const firstRing: KeyRing = { previous: [], current: 1, next: null };

/** The rings of one Org: the Root's, and its own. */
export interface Generations {
  readonly root: KeyRing;
  readonly org: KeyRing;
}

/** The rings of one stage; an Org that is not named has its first key. */
export const KeyRings = z.strictObject({ root: KeyRing, orgs: z.record(z.string(), KeyRing) });
export type KeyRings = z.infer<typeof KeyRings>;

export const firstKeys: KeyRings = { root: firstRing, orgs: {} };

export function generationsOf({ root, orgs }: KeyRings, org: string): Generations {
  return { root, org: orgs[org] ?? firstRing };
}

/** Returns every member with its role; the current one first. */
export function membersOf<T>({ previous, current, next }: Ring<T>): { readonly role: KeyRole; readonly member: T }[] {
  return [
    { role: 'current', member: current },
    ...(next === null ? [] : [{ role: 'next' as const, member: next }]),
    ...previous.map(member => ({ role: 'previous' as const, member })),
  ];
}

/** Returns the ring with each member converted. */
export function mapRing<T, U>({ previous, current, next }: Ring<T>, to: (member: T) => U): Ring<U> {
  return { previous: previous.map(to), current: to(current), next: next === null ? null : to(next) };
}

/** Combines two rings of the same generations, member by member. @throws when they have different members */
export function zipRings<T, U, V>(one: Ring<T>, other: Ring<U>, combine: (member: T, partner: U) => V): Ring<V> {
  const combined = (member: T, partner: U | null | undefined): V => {
    if (partner === null || partner === undefined) throw new Error('The rings have different members.');
    return combine(member, partner);
  };
  if (one.previous.length !== other.previous.length || (one.next === null) !== (other.next === null))
    throw new Error('The rings have different members.');
  return {
    previous: one.previous.map((member, at) => combined(member, other.previous[at])),
    current: combined(one.current, other.current),
    next: one.next === null ? null : combined(one.next, other.next),
  };
}

export function isSameRing(one: KeyRing, other: KeyRing): boolean {
  const text = ({ previous, current, next }: KeyRing) => JSON.stringify([previous, current, next]);
  return text(one) === text(other);
}

/** Returns the suffix of a key's alias, after stage and level; empty for the first generation. */
export function aliasSuffix(generation: number): string {
  return generation === 1 ? '' : `/${generation}`;
}
