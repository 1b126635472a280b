import { describe, expect, it } from '@jest/globals';
import { linesIn, sealIn } from '../../domain/audit/seal.ts';
import { lineOf, type TrailEvent } from '../../domain/audit/trail-event.ts';
import { verifyBucket } from '../../domain/audit/verify-bucket.ts';
import { verifyTrail } from '../../domain/audit/verify-trail.ts';
import { bucketOf } from '../../domain/kernel/ids.ts';
import { monthOf } from '../../domain/kernel/time.ts';
import { replacements } from '../platform/audit/replacements.ts';
import { rechained, type Tampering, tamperings } from '../platform/audit/tamperings.ts';
import { type Files, monthCopies, sealedFiles, sha256, someHistory } from '../platform/audit/trail-of.ts';
import { barCount } from '../support/bar-count.ts';
import { type SeededRandom, seeded } from '../support/seeded.ts';

const seed = 20261121;
const count = barCount(10_000, 2_000);
const months = ['202609', '202610', '202611', '202612', '202701'];
const subjects = count / 20;
const history = someHistory(seeded(seed), months, count, subjects);
const files = sealedFiles(history, months);
const seals = new Map(months.map(month => [month, sealIn(files.get(`${month}/seal.json`) ?? '')]));
const noted = { month: '202701', sha256: sha256(files.get('202701/seal.json') ?? '') };

function verdictOf(copy: Files) {
  return verifyTrail({ months: monthCopies(copy), noted }, sha256);
}

/** The file that holds an event, struck at its line. @returns undefined where that can't be done */
function struck(event: TrailEvent, strike: Tampering, random: SeededRandom) {
  const place = placeOf(event);
  const path = `${place.month}/${place.bucket}.jsonl`;
  const lines = linesIn(files.get(path) ?? '');
  const done = strike(lines, lines.indexOf(lineOf(event)), event, random);
  const text = done?.lines.map(line => `${line}\n`).join('');
  return done && text !== undefined ? { path, text, expected: { ...place, ...done.place } } : undefined;
}

function placeOf({ subject, seq, at }: TrailEvent) {
  return { month: monthOf(at), bucket: bucketOf(subject), subject, seq };
}

describe(`the sealed audit trail (bar R21, seed ${seed}, ${count} events)`, () => {
  it('is intact when nothing was changed', () => {
    expect(verdictOf(files)).toMatchObject({ org: 'hub', months: 5, events: count, subjects, lastSeal: noted });
  });

  it('shows each of its events when that was struck, as the first bad place', () => {
    const met = new Map<string, number>();
    const missed: unknown[] = [];
    for (const [number, event] of history.entries()) {
      const random = seeded(seed + number);
      const [name, strike] = random.pick(Object.entries(tamperings));
      const done = struck(event, strike, random);
      if (!done) continue;
      met.set(name, (met.get(name) ?? 0) + 1);
      const { month, bucket, subject, seq } = done.expected;
      const hashes = files.get(`${month}/${bucket}.hashes`);
      const sealed = seals.get(month)?.buckets[bucket];
      const verdict = sealed && verifyBucket({ trail: done.text, hashes }, sealed, sha256);
      const fault = verdict && 'fault' in verdict ? verdict.fault : undefined;
      if (!fault || fault.subject !== subject || fault.seq !== seq)
        missed.push({ name, expected: done.expected, fault });
    }
    process.stderr.write(`R21: ${JSON.stringify(Object.fromEntries(met))}\n`);
    expect(missed).toEqual([]);
    expect([...met.keys()].sort()).toEqual(Object.keys(tamperings).sort());
    expect([...met.values()].reduce((a, b) => a + b)).toBeGreaterThan(count * 0.9);
  });

  it.each(Object.entries(tamperings))('shows it in the whole trail: %s', (_, strike) => {
    for (let number = 0, done = 0; done < 3; number++) {
      const random = seeded(seed + number);
      const there = struck(random.pick(history), strike, random);
      if (!there) continue;
      expect(verdictOf(new Map([...files, [there.path, there.text]]))).toEqual({
        fault: { what: expect.any(String), ...there.expected },
      });
      done++;
    }
  });

  it.each(replacements(files, '202611', noted.month))('shows $name', ({ copy, fault }) => {
    expect(verdictOf(copy)).toEqual({ fault });
  });

  it('cannot show that all files and all seals were re-created, unless a seal was noted', () => {
    const [first, ...others] = history;
    const forged = first ? rechained([{ ...first, actor: 'application:hub/mallory' }, ...others], 0) : [];
    const copy = monthCopies(sealedFiles(forged, months));
    expect(verifyTrail({ months: copy }, sha256)).toMatchObject({ events: count });
    expect(verifyTrail({ months: copy, noted }, sha256)).toEqual({ fault: { what: 'seal-replaced', month: '202701' } });
  });
});
