import { isoTime } from '../domain/kernel/time.ts';
import { type KeyRing, type KeyRole, membersOf } from '../domain/trust/key-ring.ts';
import type { Obstacle, PlannedStep, RingKind, RotationStep } from '../domain/trust/key-ring-rotation.ts';
import { tableLines } from './table.ts';

/** One line of the plan: a key, the role that it has, and since or until when. */
export interface PlanRow {
  readonly role: KeyRole;
  readonly generation: number;
  /** RFC 7638 thumbprint */
  readonly kid: string;
  readonly when: string;
}

const columns = { role: 'role', generation: 'generation', kid: 'key (RFC 7638 thumbprint)', when: '' };

/** `previous`, `current`, `next`, in the order in which they sign. */
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

/** What a server publishes of a key. */
interface PublishedKey {
  readonly kid: string;
  readonly role: KeyRole;
  readonly since?: string | undefined;
}

/** The published keys with their numbers: those of one role come newest first, as in the ring. */
export function rowsOf(ring: KeyRing, keys: readonly PublishedKey[]): PlanRow[] {
  const left = [...keys];
  return membersOf(ring).map(({ role, member: generation }) => {
    const at = left.findIndex(key => key.role === role);
    const [key] = at < 0 ? [] : left.splice(at, 1);
    return { role, generation, kid: key?.kid ?? 'not published', when: key?.since ? `since ${key.since}` : '' };
  });
}

type Tell = (ring: KeyRing) => string;

const whatItDoes: Record<RingKind, Record<RotationStep, Tell>> = {
  root: {
    announce: ({ current, next }) =>
      `Makes the key of generation ${next}. Nobody signs with it yet; all functions pin it too, and get-trust announces it, signed by generation ${current}.`,
    switch: ({ current, previous: [former] }) =>
      `Generation ${current} signs, and every Org gets a link under it. Generation ${former} signs no more; what stands under it still verifies.`,
    drop: ({ current }) =>
      `Only generation ${current} is pinned: whatever stands under a former Root is refused. The former key leaves the stack.`,
  },
  org: {
    announce: ({ next }) =>
      `Makes the key of generation ${next}. Nobody signs with it yet; the Root certifies it, and get-trust publishes its link.`,
    switch: ({ current, previous: [former] }) =>
      `Generation ${current} certifies from now on. Generation ${former} signs no more; what it signed verifies until it ends.`,
    drop: () => 'get-trust publishes the former key no more, and it leaves the stack.',
  },
};

const whyItWaits: Record<RotationStep, string> = {
  announce: '',
  switch: 'those who keep public keys must have met the next one first',
  drop: 'until then something under the former key can be live, or be refreshed',
};

/** The step in words: what it does, and what must be waited for. */
export function stepText(kind: RingKind, { step, after, notBefore }: PlannedStep): string {
  const wait =
    notBefore === undefined ? '' : `\nNot before ${timeText(notBefore)}: ${whyItWaits[step]} (docs/rotation.md).`;
  return `Next step: ${step}. ${whatItDoes[kind][step](after)}${wait}`;
}

/** How to mend what stands in the way of a step. */
export function remedyOf(obstacle: Obstacle, planned: PlannedStep | undefined, deploy: string): string {
  switch (obstacle) {
    case 'not-deployed':
      return `The server has other keys than the file says: run ${deploy} first. The step after that can be planned then.`;
    case 'impossible':
      return 'This step can’t be taken from here: announce when there is no next, switch when there is one and less than two previous, drop when there are previous.';
    case 'too-early':
      return `Too early: not before ${timeText(planned?.notBefore)}. With --compromised it goes at once; docs/rotation.md says whom that locks out.`;
  }
}

function timeText(at: number | undefined): string {
  return at === undefined || !Number.isFinite(at) ? 'the server tells since when' : isoTime(at);
}
