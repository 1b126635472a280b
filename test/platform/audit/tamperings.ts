import { eventIn, lineOf, type TrailEvent } from '../../../domain/audit/trail-event.ts';
import type { SeededRandom } from '../../support/seeded.ts';
import { hashed, sha256 } from './trail-of.ts';

/** What became of the lines, and where it must be seen first when that is not the event that was struck. */
interface Struck {
  readonly lines: readonly string[];
  readonly place?: { readonly seq: number };
}

export type Tampering = (
  lines: readonly string[],
  index: number,
  event: TrailEvent,
  random: SeededRandom,
) => Struck | undefined;

const inserted = 5000;

/** Every field of an event, changed; `hash` is the last. */
const forgeries: readonly ((event: TrailEvent) => TrailEvent)[] = [
  event => ({ ...event, actor: 'application:hub/mallory' }),
  event => ({ ...event, at: event.at + 1 }),
  event => ({ ...event, action: 'create-site' }),
  event => ({ ...event, requestId: 'other' }),
  event => ({ ...event, details: { ...event.details, ref: 'other' } }),
  event => ({ ...event, details: {} }),
  event => ({ ...event, previous: event.hash }),
  event => ({ ...event, hash: sha256('other') }),
];

/** What an attacker may do to one line of a file; undefined where that can't be done. */
export const tamperings: Readonly<Record<string, Tampering>> = {
  changed: (lines, index, event, random) => ({ lines: lines.with(index, lineOf(random.pick(forgeries)(event))) }),
  'changed, its hash recomputed': (lines, index, event, random) => ({
    lines: lines.with(index, lineOf(hashed(random.pick(forgeries.slice(0, -1))(event)))),
  }),
  'changed, its hash and all after it recomputed': (lines, index, event) => {
    const events = lines.flatMap(line => eventIn(line) ?? []);
    const forged = events.with(index, { ...event, actor: 'application:hub/mallory' });
    return { lines: rechained(forged, index).map(lineOf) };
  },
  'given another number': (lines, index, event) => ({
    lines: lines.with(index, lineOf(hashed({ ...event, seq: event.seq + inserted }))),
  }),
  'made unreadable': (lines, index) => ({ lines: lines.with(index, `${lines[index]} `) }),
  removed: (lines, index) => ({ lines: lines.toSpliced(index, 1) }),
  'cut off with all after it': (lines, index, event) => ({
    lines: lines.filter((line, i) => i < index || eventIn(line)?.subject !== event.subject),
  }),
  'removed with its subject': (lines, index, event) => {
    if (eventIn(lines[index - 1] ?? '')?.subject === event.subject) return undefined;
    return { lines: lines.filter(line => eventIn(line)?.subject !== event.subject) };
  },
  'preceded by an insertion': (lines, index, event) => ({
    lines: lines.toSpliced(index, 0, lineOf(hashed({ ...event, seq: event.seq + inserted }))),
    place: { seq: event.seq + inserted },
  }),
  doubled: (lines, index) => ({ lines: lines.toSpliced(index, 0, lines[index] ?? '') }),
  'swapped with the next': (lines, index) => {
    const next = lines[index + 1];
    return next === undefined ? undefined : { lines: lines.with(index, next).with(index + 1, lines[index] ?? '') };
  },
};

/** Recomputes the hashes of a subject from one of its events on, as an attacker would. @param events in order of each subject */
export function rechained(events: readonly TrailEvent[], index: number): TrailEvent[] {
  const subject = events[index]?.subject;
  let head: string | undefined = events[index]?.previous;
  return events.map((event, i) => {
    if (i < index || event.subject !== subject) return event;
    const rehashed = hashed({ ...event, previous: head });
    head = rehashed.hash;
    return rehashed;
  });
}
