import { describe, expect, it } from '@jest/globals';
import type { TrailEvent } from '../../../domain/audit/trail-event.ts';
import { verifyTrail } from '../../../domain/audit/verify-trail.ts';
import { bucketOf, buckets } from '../../../domain/kernel/ids.ts';
import { monthOf } from '../../../domain/kernel/time.ts';
import { seeded } from '../../support/seeded.ts';
import { rechained } from './tamperings.ts';
import { hashed, monthCopies, sealedFiles, sha256, someHistory } from './trail-of.ts';

const months = ['202609', '202610'];
const history = someHistory(seeded(20261122), [...months, '202611'], 300, 10);
const sealed = history.filter(({ at }) => monthOf(at) < '202611');
const open = history.filter(({ at }) => monthOf(at) === '202611');
const copies = monthCopies(sealedFiles(sealed, months));

/** An event of the middle of the open ones, with others of its subject before and after it. */
const target = open.findIndex(
  ({ subject }, i) =>
    i > 30 && open.slice(0, i).some(e => e.subject === subject) && open.slice(i + 1).some(e => e.subject === subject),
);
const event = open[target] ?? history[0];
if (!event) throw new Error('there is no history');
const next = open.slice(target + 1).find(({ subject }) => subject === event.subject);
const place = { month: '202611', bucket: bucketOf(event.subject), subject: event.subject };

function verdictOf(events: readonly TrailEvent[]) {
  return verifyTrail({ months: copies, open: events }, sha256);
}

describe('events that are not sealed yet', () => {
  it('go on from the sealed ones', () => {
    expect(verdictOf(open)).toMatchObject({ events: sealed.length, openEvents: open.length });
  });

  it('show a change', () => {
    const changed = open.with(target, { ...event, actor: 'application:hub/mallory' });
    expect(verdictOf(changed)).toEqual({ fault: { what: 'event-changed', ...place, seq: event.seq } });
  });

  it('show a change whose hash was recomputed, by the event after it', () => {
    const changed = open.with(target, hashed({ ...event, actor: 'application:hub/mallory' }));
    expect(verdictOf(changed)).toEqual({ fault: { what: 'chain-broken', ...place, seq: next?.seq } });
  });

  it('show a removal', () => {
    const fault = { what: 'event-removed', ...place, seq: event.seq };
    expect(verdictOf(open.toSpliced(target, 1))).toEqual({ fault });
  });

  it('show a double and an insertion', () => {
    const fault = { what: 'event-inserted', ...place, seq: event.seq };
    expect(verdictOf(open.toSpliced(target, 0, event))).toEqual({ fault });
    const inserted = hashed({ ...event, seq: 1000 });
    expect(verdictOf([...open, inserted])).toMatchObject({ fault: { what: 'event-removed', ...place } });
  });

  it('show that the end of a sealed chain was re-created', () => {
    const recreated = rechained(open.with(target, hashed({ ...event, previous: sha256('other') })), target);
    expect(verdictOf(recreated)).toEqual({ fault: { what: 'chain-broken', ...place, seq: event.seq } });
  });

  it('cannot show that the end of a chain was cut or re-created since the last seal, until its subject moves on', () => {
    const rewritten = rechained(open.with(target, { ...event, actor: 'application:hub/mallory' }), target);
    expect(verdictOf(rewritten)).toMatchObject({ openEvents: open.length });
    const cut = open.filter((one, i) => i < target || one.subject !== event.subject);
    expect(verdictOf(cut)).toMatchObject({ openEvents: cut.length });
    const genuineNext = hashed({
      ...event,
      seq: 1000,
      previous: history.findLast(e => e.subject === event.subject)?.hash,
    });
    expect(verdictOf([...cut, genuineNext])).toMatchObject({ fault: { ...place } });
  });
});

describe('what was wrong before it was sealed', () => {
  it('a removed event shows as a gap once the month after it is through', () => {
    const target = sealed.findIndex(({ subject, seq }) => sealed.some(e => e.subject === subject && e.seq === seq + 1));
    const gone = sealed[target];
    const trail = monthCopies(sealedFiles(sealed.toSpliced(target, 1), months));
    expect(verifyTrail({ months: trail }, sha256)).toEqual({
      fault: {
        what: 'event-removed',
        month: expect.any(String),
        bucket: bucketOf(gone?.subject ?? ''),
        subject: gone?.subject,
        seq: gone?.seq,
      },
    });
  });

  it('an event of another month or another bucket does not belong there', () => {
    const [first] = sealed;
    if (!first) throw new Error('there is no history');
    const files = new Map(sealedFiles([first], ['202609']));
    const bucket = bucketOf(first.subject);
    const other = buckets.find(one => one !== bucket) ?? '';
    const moved = new Map([...files].map(([path, text]) => [path.replace(`/${bucket}.`, `/${other}.`), text]));
    const seal = JSON.parse(files.get('202609/seal.json') ?? '');
    const swapped = {
      ...seal,
      buckets: { ...seal.buckets, [bucket]: seal.buckets[other], [other]: seal.buckets[bucket] },
    };
    moved.set('202609/seal.json', `${JSON.stringify(swapped, undefined, 1)}\n`);
    const fault = { what: 'event-misplaced', month: '202609', bucket: other, subject: first.subject, seq: 1 };
    expect(verifyTrail({ months: monthCopies(moved) }, sha256)).toEqual({ fault });
  });

  it('a file where the seal says that nothing happened', () => {
    const files = new Map(sealedFiles([], ['202609'])).set('202609/a.jsonl', '{}\n');
    const fault = { what: 'file-inserted', month: '202609', bucket: 'a' };
    expect(verifyTrail({ months: monthCopies(files) }, sha256)).toEqual({ fault });
  });
});

describe('what looks wrong and is not', () => {
  const [a, b, c] = sealed.filter(({ subject }) => subject === sealed[0]?.subject);
  if (!a || !b || !c) throw new Error('the first subject has too short a history');

  it('two changes of one subject at the turn of a month, in the months in the other order', () => {
    const late = hashed({ ...b, at: Date.UTC(2026, 9, 1) / 1000 });
    const early = hashed({ ...c, at: Date.UTC(2026, 9, 1) / 1000 - 1, previous: late.hash });
    const trail = monthCopies(sealedFiles([a, early, late], months));
    expect(verifyTrail({ months: trail }, sha256)).toMatchObject({ events: 3 });
  });

  it('months in which nothing happened', () => {
    const trail = monthCopies(sealedFiles([a], ['202609', '202610', '202611']));
    expect(verifyTrail({ months: trail }, sha256)).toMatchObject({ events: 1, months: 3 });
  });
});
