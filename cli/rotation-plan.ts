import { isoTime } from '../domain/kernel/time.ts';
import { type KeyRing, type KeyRole, membersOf } from '../domain/trust/key-ring.ts';
import type { Obstacle, PlannedStep, RingKind, RotationStep } from '../domain/trust/key-ring-rotation.ts';
import { tableLines } from './table.ts';

/** Row of the plan: a key, its role, and its period. */
export interface PlanRow {
  readonly role: KeyRole;
  readonly generation: number;
  /** RFC 7638 thumbprint */
  readonly kid: string;
  readonly when: string;
}

const columns = { role: 'role', generation: 'generation', kid: 'key (RFC 7638 thumbprint)', when: '' };

/** Formats the keys in the order of signing: `previous`, `current`, `next`. */
export function planTable(rows: readonly PlanRow[]): string {
  const order: readonly KeyRole[] = ['previous', 'current', 'next'];
  const shown = order.flatMap(role => listed(role, rows));
  return tableLines(columns, shown)
    .map(line => `  ${line}`)
    .join('\n');
}

function listed(role: KeyRole, rows: readonly PlanRow[]): readonly Readonly<Record<keyof PlanRow, string | number>>[] {
  const mine = rows.filter(row => row.role === role);
  return mine.length > 0 ? mine.toReversed() : [{ role, generation: '–', kid: '', when: '' }];
}

/** A key as published by the server. */
interface PublishedKey {
  readonly kid: string;
  readonly role: KeyRole;
  readonly since?: string | undefined;
}

/** Matches published keys with the generations of a ring: within a role, newest first. */
export function rowsOf(ring: KeyRing, keys: readonly PublishedKey[]): PlanRow[] {
  const left = [...keys];
  return membersOf(ring).map(({ role, member: generation }) => {
    const at = left.findIndex(key => key.role === role);
    const [key] = at < 0 ? [] : left.splice(at, 1);
    return { role, generation, kid: key?.kid ?? 'not published', when: key?.since ? `since ${key.since}` : '' };
  });
}

type Describe = (ring: KeyRing) => string;

const whatItDoes: Record<RingKind, Record<RotationStep, Describe>> = {
  root: {
    announce: ({ current, next }) =>
      `Creates the key of generation ${next}. It does not sign yet; all functions pin it too, and get-trust announces it, signed by generation ${current}.`,
    switch: ({ current, previous: [former] }) =>
      `Generation ${current} signs, and every Org gets a link under it. Generation ${former} no longer signs; its signatures still verify.`,
    drop: ({ current }) =>
      `Only generation ${current} is pinned: tokens under a former Root are refused. The former key is removed from the stack.`,
  },
  org: {
    announce: ({ next }) =>
      `Creates the key of generation ${next}. It does not sign yet; the Root certifies it, and get-trust publishes its link.`,
    switch: ({ current, previous: [former] }) =>
      `Generation ${current} certifies from now on. Generation ${former} no longer signs; its signatures verify until they expire.`,
    drop: () => 'get-trust no longer publishes the former key, and it is removed from the stack.',
  },
};

const waitReasons: Record<RotationStep, string> = {
  announce: '',
  switch: 'clients that cache public keys must have fetched the next one first',
  drop: 'until then a key under the former one can be valid, or be refreshed',
};

/** Describes a step: its effect, and its waiting period. */
export function stepText(kind: RingKind, { step, after, notBefore }: PlannedStep): string {
  const wait =
    notBefore === undefined ? '' : `\nNot before ${timeText(notBefore)}: ${waitReasons[step]} (docs/rotation.md).`;
  return `Next step: ${step}. ${whatItDoes[kind][step](after)}${wait}`;
}

/** Returns the remedy of an obstacle. */
export function remedyOf(obstacle: Obstacle, planned: PlannedStep | undefined, deploy: string): string {
  switch (obstacle) {
    case 'not-deployed':
      return `The keys of the server differ from the file. Run ${deploy} first, then plan the next step.`;
    case 'impossible':
      return 'The step is impossible in this state: announce requires that there is no next key, switch a next and less than two previous keys, drop a previous key.';
    case 'too-early':
      return `The step is too early: expected not before ${timeText(planned?.notBefore)}. --compromised skips the waiting period; see docs/rotation.md for the consequences.`;
  }
}

function timeText(at: number | undefined): string {
  return at === undefined || !Number.isFinite(at) ? 'the time published by the server' : isoTime(at);
}
