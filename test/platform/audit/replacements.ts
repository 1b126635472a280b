import { expect } from '@jest/globals';
import { linesIn, sealBucket, sealIn, sealText } from '../../../domain/audit/seal.ts';
import { nextMonth } from '../../../domain/audit/seal-calendar.ts';
import { eventIn } from '../../../domain/audit/trail-event.ts';
import type { TrailFault } from '../../../domain/audit/trail-fault.ts';
import { rechained } from './tamperings.ts';
import { type Files, sha256 } from './trail-of.ts';

interface Replacement {
  readonly name: string;
  readonly copy: Files;
  readonly fault: Omit<TrailFault, 'what'> & { readonly what: unknown };
}

/** What an attacker may do with whole files of a sealed month, and with those of the last month. */
export function replacements(files: Files, month: string, last: string): Replacement[] {
  const bucket = [...files.keys()].find(path => path.startsWith(`${month}/`))?.charAt(month.length + 1) ?? '';
  const [trail, hashes, seal] = [`${bucket}.jsonl`, `${bucket}.hashes`, 'seal.json'].map(name => `${month}/${name}`);
  const without = (start: string) => new Map([...files].filter(([path]) => !path.startsWith(start)));
  const put = (...others: [path: string | undefined, text: string][]) =>
    new Map([...files, ...others.map(([path = '', text]): [string, string] => [path, text])]);
  const textOf = (path: string | undefined) => files.get(path ?? '') ?? '';
  const { subject, seq } = eventIn(linesIn(textOf(trail))[0] ?? '') ?? {};
  const at = { month, bucket };
  const oneLess = { trail: textOf(trail).replace(/.*\n/, ''), hashes: textOf(hashes).replace(/.*\n/, '') };
  const otherMonth = textOf(`${nextMonth(month)}/${bucket}.jsonl`);
  return [
    { name: 'a file taken away', copy: without(trail ?? ''), fault: { what: 'file-missing', ...at } },
    { name: 'a list of hashes taken away', copy: without(hashes ?? ''), fault: { what: 'file-missing', ...at } },
    { name: 'an empty file', copy: put([trail, '']), fault: { what: 'subject-removed', ...at, subject, seq } },
    {
      name: 'the file of another month in its place',
      copy: put([trail, otherMonth]),
      fault: { what: expect.stringMatching(/^(event|subject)-/), ...at, subject, seq },
    },
    {
      name: 'other line ends',
      copy: put([trail, textOf(trail).replace(/\n$/, '')]),
      fault: { what: 'file-changed', ...at },
    },
    {
      name: 'file and list of hashes replaced together',
      copy: put([trail, oneLess.trail], [hashes, oneLess.hashes]),
      fault: { what: 'hashes-replaced', ...at },
    },
    {
      name: 'file, list of hashes and seal replaced together',
      copy: put(...forged(files, month, bucket)),
      fault: { what: 'seal-replaced', month },
    },
    {
      name: 'file, list of hashes and seal of the last month replaced together',
      copy: put(...forged(files, last, bucket)),
      fault: { what: 'seal-replaced', month: last },
    },
    {
      name: 'a seal that names another one before it',
      copy: put([seal, textOf(seal).replace(/"previous": ".{4}/, '"previous": "XXXX')]),
      fault: { what: 'seal-replaced', month },
    },
    {
      name: 'a seal in another spelling',
      copy: put([seal, `${textOf(seal)} `]),
      fault: { what: 'seal-unreadable', month },
    },
    {
      name: 'the seal of another month',
      copy: put([seal, textOf(`${nextMonth(month)}/seal.json`)]),
      fault: { what: 'seal-unreadable', month },
    },
    { name: 'a seal taken away', copy: without(seal ?? ''), fault: { what: 'seal-missing', month } },
    { name: 'a month taken away', copy: without(`${month}/`), fault: { what: 'month-missing', month } },
    { name: 'the first month taken away', copy: without('202609/'), fault: { what: 'months-cut', month: '202610' } },
    { name: 'the last month taken away', copy: without(`${last}/`), fault: { what: 'months-cut', month: last } },
  ];
}

/** A bucket whose first event was forged with all after it, and a seal that fits. */
function forged(files: Files, month: string, bucket: string): [path: string, text: string][] {
  const read = (name: string) => files.get(`${month}/${name}`) ?? '';
  const [first, ...others] = linesIn(read(`${bucket}.jsonl`)).flatMap(line => eventIn(line) ?? []);
  const seal = sealIn(read('seal.json'));
  if (!first || !seal) throw new Error(`${month} ${bucket} holds nothing to forge`);
  const written = sealBucket(rechained([{ ...first, actor: 'application:hub/mallory' }, ...others], 0), sha256);
  return [
    [`${month}/${bucket}.jsonl`, written.trail],
    [`${month}/${bucket}.hashes`, written.hashes],
    [`${month}/seal.json`, sealText({ ...seal, buckets: { ...seal.buckets, [bucket]: written.sealed } })],
  ];
}
