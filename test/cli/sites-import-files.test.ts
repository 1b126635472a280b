import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { openImportJournal } from '../../cli/sites/import-journal.ts';
import { reportCsv } from '../../cli/sites/import-report.ts';
import { barText, progressBar } from '../../cli/sites/progress-bar.ts';
import { readSiteFile, type SiteRequest } from '../../cli/sites/site-file.ts';
import { newFolder } from './cli-fixture.ts';

const enterpriseId = 'hub-abcdefghijklmnop';
const header = 'enterpriseId,siteRef,state,mode';
const row = (ref: string) => `${enterpriseId},${ref},active,dev`;

describe('a file of sites', () => {
  let file: string;
  beforeEach(() => {
    file = join(newFolder(), 'sites.csv');
  });
  const read = (bytes: string | Buffer) => {
    writeFileSync(file, bytes);
    return readSiteFile(file).map(({ input }) => input.siteRef);
  };

  it.each([
    ['with the mark of a spreadsheet, and its line ends', `\uFEFF${header}\r\n${row('P-1')}\r\n\r\n${row('P-2')}`],
    ['with quotes', `"enterpriseId","siteRef",state,mode\n${enterpriseId},"P-1",active,"dev"\n${row('P-2')}\n`],
    [
      'with its columns in another order',
      `siteRef,mode,state,enterpriseId\nP-1,dev,active,${enterpriseId}\nP-2,,active,${enterpriseId}`,
    ],
    ['with rows that a spreadsheet has left empty', `${header}\n${row('P-1')}\n,,,\n${row('P-2')}\n,,,\n`],
  ])('is read %s', (_what, text) => {
    expect(read(text)).toEqual(['P-1', 'P-2']);
  });

  it.each([
    ['of another encoding', Buffer.from(`\uFEFF${header}\n${row('P-1')}`, 'utf16le'), 'expected UTF-8'],
    ['that is no text', Buffer.from([0x50, 0x4b, 3, 4, 0xff, 0xfe, 0]), 'expected UTF-8'],
    ['with semicolons', `${header}\n${row('P-1')}`.replaceAll(',', ';'), 'expected the header'],
    ['with an unknown column', `${header},name\n${row('P-1')},Lyon`, 'The column "name" of'],
    ['with a column twice', `${header},state\n${row('P-1')},basic`, 'The column "state" of'],
    ['with a row that is too long', `${header}\n${row('P-1')}\n${row('P-2')},x`, 'line 3: expected 4 columns, got 5'],
    ['that was cut off', `${header}\n${row('P-1')}\n${enterpriseId},P-2,active`, 'line 3: expected 4 columns, got 3'],
    ['with a formula', `${header}\n${row('=1+1')}`, 'line 2: siteRef'],
    ['without sites', `${header}\n`, 'is empty: expected sites'],
    ['that is empty', '', 'expected the header'],
    [
      'with a quote that does not end, megabytes before',
      `${header}\n"${'x'.repeat(20_000_000)}`,
      'invalid in line 2: expected CSV',
    ],
  ])('is refused %s', (_what, bytes, message) => {
    expect(() => read(bytes)).toThrow(message);
  });

  it('may be long', () => {
    const rows = Array.from({ length: 100_000 }, (_, at) => row(`P-${at}`));
    expect(read([header, ...rows].join('\n'))).toHaveLength(100_000);
  });
});

describe('the state of an import', () => {
  const head = { server: 'https://licenses.example.com/prod', application: 'hub/hwf' };
  const site = (ref: string): SiteRequest =>
    Object({ name: `${enterpriseId}/${ref}`, input: { enterpriseId, siteRef: ref, state: 'active' } });
  const outcome = { siteId: 'x', isKeyStored: true };
  let path: string;
  beforeEach(() => {
    path = join(newFolder(), 'state.jsonl');
    const journal = openImportJournal(path, head);
    journal.plan([site('P-1'), site('P-2')]);
    journal.end(site('P-1'), outcome);
  });

  it('is not changed by a reader while another process writes a line', () => {
    appendFileSync(path, '{"site":"hub-abc');
    expect(openImportJournal(path, head).outcomeOf(site('P-1'))).toEqual(outcome);
    expect(readFileSync(path, 'utf8')).toMatch(/\{"site":"hub-abc$/);
  });

  it('goes on after a line that was never finished', () => {
    appendFileSync(path, '{"site":"hub-abc');
    openImportJournal(path, head).end(site('P-2'), outcome);
    expect(openImportJournal(path, head).outcomeOf(site('P-2'))).toEqual(outcome);
  });

  it('goes on after a write that failed in the middle of a line', () => {
    const journal = openImportJournal(path, head);
    appendFileSync(path, '{"site":"hub-abc');
    journal.end(site('P-2'), outcome);
    expect(openImportJournal(path, head).outcomeOf(site('P-2'))).toEqual(outcome);
  });

  it('keeps the Idempotency-Key of a site, however often it is planned', () => {
    const key = openImportJournal(path, head).idempotencyKeyOf(site('P-2'));
    const again = openImportJournal(path, head);
    again.plan([site('P-1'), site('P-2'), site('P-3')]);
    expect(again.idempotencyKeyOf(site('P-2'))).toBe(key);
  });
});

it('a report holds what a server said as text alone: no formula, no line or column more', () => {
  const row = {
    enterpriseId,
    siteRef: 'P-1',
    outcome: 'refused',
    siteId: '=1+1',
    code: '@x,"\r\ny',
    keyStored: '',
  } as const;
  expect(reportCsv([row]).split('\r\n')).toEqual([
    'enterpriseId,siteRef,outcome,siteId,code,keyStored',
    `${enterpriseId},P-1,refused,'=1+1,"'@x,""\\u000d\\u000ay",`,
    '',
  ]);
});

it('a progress bar is drawn on a terminal, and nowhere else', () => {
  const written: string[] = [];
  const stream = (isTTY: boolean) => ({ isTTY, write: (text: string | Uint8Array) => written.push(String(text)) > 0 });
  progressBar(stream(false)).show(1, 2);
  progressBar(stream(false)).end();
  expect(written).toEqual([]);
  const bar = progressBar(stream(true));
  bar.show(1, 2);
  bar.end();
  expect(written).toEqual([`\r${barText(1, 2)}`, '\n']);
  expect(barText(1, 2)).toBe(`[${'#'.repeat(15)}${'-'.repeat(15)}] 1 of 2`);
});
