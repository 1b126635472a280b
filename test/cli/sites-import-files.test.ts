import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { openImportJournal } from '../../cli/sites/import-journal.ts';
import { reportCsv } from '../../cli/sites/import-report.ts';
import { readSiteFile, type WantedSite } from '../../cli/sites/site-file.ts';
import { root as project } from '../local/start-fixture.ts';
import { type CliFixture, newFolder, startCliFixture } from './cli-fixture.ts';

// Each test starts processes, and the machine may be busy.
jest.setTimeout(90_000);

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
    ['of another encoding', Buffer.from(`\uFEFF${header}\n${row('P-1')}`, 'utf16le'), 'is no text in UTF-8'],
    ['that is no text', Buffer.from([0x50, 0x4b, 3, 4, 0xff, 0xfe, 0]), 'is no text in UTF-8'],
    ['with semicolons', `${header}\n${row('P-1')}`.replaceAll(',', ';'), 'with commas between'],
    ['with a column that nobody knows', `${header},name\n${row('P-1')},Lyon`, 'a column "name" too many'],
    ['with a column twice', `${header},state\n${row('P-1')},basic`, 'a column "state" too many'],
    ['with a row that is too long', `${header}\n${row('P-1')}\n${row('P-2')},x`, 'line 3: has 5 columns, not 4'],
    ['that was cut off', `${header}\n${row('P-1')}\n${enterpriseId},P-2,active`, 'line 3: has 3 columns, not 4'],
    ['with a formula', `${header}\n${row('=1+1')}`, 'line 2: siteRef'],
    ['without sites', `${header}\n`, 'holds no sites'],
    ['that is empty', '', 'must begin with the line'],
    ['with a quote that does not end, megabytes before', `${header}\n"${'x'.repeat(20_000_000)}`, 'line 2 is no CSV'],
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
  const site = (ref: string): WantedSite =>
    Object({ name: `${enterpriseId}/${ref}`, input: { enterpriseId, siteRef: ref, state: 'active' } });
  const outcome = { made: 'x', kept: true };
  let path: string;
  beforeEach(() => {
    path = join(newFolder(), 'state.jsonl');
    const journal = openImportJournal(path, head);
    journal.plan([site('P-1'), site('P-2')]);
    journal.end(site('P-1'), outcome);
  });

  it('is left as it is by whoever only looks, while another writes a line', () => {
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
    keyKept: '',
  } as const;
  expect(reportCsv([row]).split('\r\n')).toEqual([
    'enterpriseId,siteRef,outcome,siteId,code,keyKept',
    `${enterpriseId},P-1,refused,'=1+1,"'@x,""\\u000d\\u000ay",`,
    '',
  ]);
});

describe('an import that is disturbed', () => {
  let fixture: CliFixture;
  let file: string;
  let ours: string;
  beforeAll(async () => {
    fixture = await startCliFixture();
  });
  beforeEach(async () => {
    file = join(newFolder(), 'sites.csv');
    ({ enterpriseId: ours } = await fixture.desk.call('create-enterprise', {}));
    const rows = Array.from({ length: 8 }, (_, at) => `${ours},P-${at},active,dev`);
    writeFileSync(file, [header, ...rows].join('\n'));
  });
  afterEach(() => {
    fixture.server.meter.fault = () => undefined;
  });
  afterAll(async () => await fixture.close());

  const importing = async (...args: string[]) =>
    await fixture.cli('sites', 'import', file, '--profile', 'desk', '--yes', ...args);
  async function refsThere(): Promise<string[]> {
    const { sites } = await fixture.desk.call('list-sites', { enterpriseId: ours, limit: 100 } as never);
    return sites.map(({ siteRef }: { siteRef: string }) => siteRef).sort();
  }
  const all = Array.from({ length: 8 }, (_, at) => `P-${at}`);

  /** Runs it one site at a time, and sends the signal when so many sites are being recorded. */
  function disturbed(signal: NodeJS.Signals, at: number) {
    const args = ['cli/license-server.ts', 'sites', 'import', file, '--profile', 'desk', '--yes', '--concurrency', '1'];
    const env = { ...process.env, LICENSE_SERVER_PROFILES: join(fixture.folder, 'profiles.json'), NODE_OPTIONS: '' };
    const child = spawn(process.execPath, args, { cwd: project, env });
    let [stdout, writes] = ['', 0];
    child.stdout.on('data', text => {
      stdout += text;
    });
    const sent = new Promise<void>(resolve => {
      fixture.server.meter.fault = ({ command }) => {
        if (command === 'TransactWriteItemsCommand' && ++writes === at) {
          child.kill(signal);
          resolve();
        }
        return undefined;
      };
    });
    return { child, sent, ended: once(child, 'close').then(([code]) => ({ code, stdout })) };
  }

  it.each([1, 2, 5, 8])('is killed at site %i, and goes on with each site once', async at => {
    const { code } = await disturbed('SIGKILL', at).ended;
    const again = await importing();
    expect(code).toBeNull();
    expect([again.code, again.stdout]).toEqual([0, expect.stringContaining('made     8')]);
    expect(await refsThere()).toEqual(all);
  });

  it.each(['SIGINT', 'SIGTERM'] as const)(
    'by %s: it ends what it has begun, reports, and goes on later',
    async signal => {
      const { code, stdout } = await disturbed(signal, 3).ended;
      const report = readFileSync(`${file}.report.csv`, 'utf8');
      const there = await refsThere();
      const again = await importing();
      expect([code, stdout]).toEqual([130, expect.stringMatching(/^made {5}3\npending {2}5 /)]);
      expect(report.match(/,made,/g)).toHaveLength(3);
      expect(there).toEqual(['P-0', 'P-1', 'P-2']);
      expect([again.code, await refsThere()]).toEqual([0, all]);
    },
  );

  it('by another one of the same file: that one does nothing, and says so', async () => {
    const first = disturbed('SIGSTOP', 2);
    await first.sent;
    const second = await importing();
    first.child.kill('SIGCONT');
    const { code } = await first.ended;
    expect([second.code, second.stdout]).toEqual([2, '']);
    expect(second.stderr).toMatch(/^Another import works with .*sites\.csv\.import\.jsonl: let it end first\.\n$/);
    expect([code, await refsThere()]).toEqual([0, all]);
  });

  it('reads no sites from standard input without a place for their state', async () => {
    const { code, stderr } = await fixture.cli('sites', 'import', '-', '--profile', 'desk', '--yes');
    expect([code, stderr]).toEqual([2, expect.stringContaining('need --state <file> and --report <file>')]);
  });

  it.each([
    ['the file itself', () => ['--report', file], 'must be three'],
    ['its own state', () => ['--report', `${file}.x`, '--state', `${file}.x`], 'must be three'],
    ['a folder that is not there', () => ['--report', join(file, 'x.csv')], "x.csv can't be written"],
  ])('makes nothing when the report would be written over %s', async (_what, args, message) => {
    const { code, stderr } = await importing(...args());
    expect([code, stderr]).toEqual([2, expect.stringContaining(message)]);
    expect(readFileSync(file, 'utf8')).toContain(header);
    expect(await refsThere()).toEqual([]);
  });
});
