import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { siteImport } from './import-fixture.ts';

// Each test starts processes, and the machine may be busy.
describe('license-server sites import', () => {
  const fixture = siteImport();

  it('shows what it would do, and makes nothing', async () => {
    fixture.writeSites(2);
    const { code, stdout } = await fixture.importing();
    expect([code, stdout]).toEqual([0, expect.stringContaining('2  would be created')]);
    expect(await fixture.sitesThere()).toEqual([]);
    expect(existsSync(`${fixture.file}.import.jsonl`)).toBe(false);
  });

  it('does nothing more when it is run again', async () => {
    fixture.writeSites(2);
    await fixture.importing('--yes');
    fixture.server.meter.fault = () => 'drop-before';
    const { code, stdout } = await fixture.importing('--yes');
    expect([code, stdout]).toEqual([0, expect.stringContaining('created  2')]);
  });

  it('reports what is refused and why, and makes the others', async () => {
    const taken = ['--enterprise-id', fixture.enterpriseId, '--site-ref', 'P-1', '--state', 'active', '--mode', 'dev'];
    await fixture.cli('call', 'create-site', '--profile', 'desk', ...taken);
    fixture.writeSites(3);
    const dry = await fixture.importing();
    const { code, stdout, stderr } = await fixture.importing('--yes');
    expect(stderr).toBe('');
    expect([dry.code, dry.stdout]).toEqual([1, expect.stringContaining('refused: reference taken')]);
    expect([code, stdout]).toEqual([1, expect.stringMatching(/created {2}2\nrefused {2}1 {2}reference-taken: /)]);
    expect(readFileSync(`${fixture.file}.report.csv`, 'utf8')).toContain(
      `${fixture.enterpriseId},P-1,refused,,reference-taken,\r\n`,
    );
  });

  it('stops when the server can not be reached, and says that it goes on', async () => {
    fixture.writeSites(2);
    const { code, stdout, stderr } = await fixture.importing(
      '--yes',
      '--url',
      'http://127.0.0.1:6/local',
      '--concurrency',
      '1',
    );
    expect([code, stderr]).toEqual([3, expect.stringContaining("can't be reached")]);
    expect(stdout).toContain('pending  2  run the same command to continue');
  });

  it.each([
    ['a state that there is not', 'P-1,gone,dev', 'line 2: state'],
    ['a reference twice', 'P-1,active,dev\r\nENT,P-1,basic,dev', 'line 3: the reference occurs twice'],
  ])('sends nothing for a file with %s, and names the place', async (_what, row, message) => {
    const rows = `ENT,${row}`.replaceAll('ENT', fixture.enterpriseId);
    writeFileSync(fixture.file, `enterpriseId,siteRef,state,mode\r\n${rows}\r\n`);
    const { code, stderr } = await fixture.importing('--yes');
    expect([code, stderr]).toEqual([2, expect.stringContaining(message)]);
    expect(existsSync(`${fixture.file}.import.jsonl`)).toBe(false);
  });

  it('takes JSON, and prints JSON', async () => {
    const { enterpriseId, folder } = fixture;
    const file = join(folder, 'sites.json');
    writeFileSync(file, JSON.stringify([{ enterpriseId, siteRef: 'J-1', state: 'basic', mode: 'dev' }]));
    const { code, stdout } = await fixture.cli('sites', 'import', file, '--profile', 'desk', '--yes', '--json');
    expect([code, JSON.parse(stdout).sites]).toEqual([
      0,
      [expect.objectContaining({ siteRef: 'J-1', outcome: 'created' })],
    ]);
  });

  it('takes the state of no other server', async () => {
    fixture.writeSites(1);
    await fixture.importing('--yes');
    const { code, stderr } = await fixture.importing('--yes', '--url', 'http://127.0.0.1:6/local');
    expect([code, stderr]).toEqual([2, expect.stringContaining('belongs to an import by hub/desk')]);
  });

  it('reads no sites from standard input without a place for their state', async () => {
    const { code, stderr } = await fixture.cli('sites', 'import', '-', '--profile', 'desk', '--yes');
    expect([code, stderr]).toEqual([2, expect.stringContaining('require --state <file> and --report <file>')]);
  });

  it.each([
    ['the file itself', () => ['--report', fixture.file], 'must be three'],
    ['its own state', () => ['--report', `${fixture.file}.x`, '--state', `${fixture.file}.x`], 'must be three'],
    ['a folder that is not there', () => ['--report', join(fixture.file, 'x.csv')], "x.csv can't be written"],
  ])('makes nothing when the report would be written over %s', async (_what, args, message) => {
    fixture.writeSites(1);
    const { code, stderr } = await fixture.importing('--yes', ...args());
    expect([code, stderr]).toEqual([2, expect.stringContaining(message)]);
    expect(readFileSync(fixture.file, 'utf8')).toContain('enterpriseId,siteRef,state,mode');
    expect(await fixture.sitesThere()).toEqual([]);
  });
});
