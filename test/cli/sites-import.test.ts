import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { barText, progressBar } from '../../cli/sites/progress-bar.ts';
import { root as project } from '../local/start-fixture.ts';
import { newSigner } from '../support/signed-statement.ts';
import { type CliFixture, newFolder, startCliFixture } from './cli-fixture.ts';

// Each test starts processes, and the machine may be busy.
jest.setTimeout(90_000);

describe('license-server sites import', () => {
  let fixture: CliFixture;
  let enterpriseId: string;
  let folder: string;
  let file: string;
  let root: string;
  beforeAll(async () => {
    fixture = await startCliFixture();
  });
  beforeEach(async () => {
    folder = newFolder();
    file = join(folder, 'sites.csv');
    root = join(folder, 'root.jwk.json');
    writeFileSync(root, JSON.stringify(fixture.server.world.root));
    const { stdout } = await fixture.cli('call', 'create-enterprise', '--profile', 'desk', '--json');
    enterpriseId = JSON.parse(stdout).enterpriseId;
  });
  afterEach(() => {
    fixture.server.meter.fault = () => undefined;
  });
  afterAll(async () => await fixture.close());

  function writeSites(count: number, state = 'active'): void {
    const rows = Array.from({ length: count }, (_, at) => `${enterpriseId},P-${at},${state},dev`);
    writeFileSync(file, ['enterpriseId,siteRef,state,mode', ...rows, ''].join('\r\n'));
  }
  const importing = async (...args: string[]) =>
    await fixture.cli('sites', 'import', file, '--profile', 'desk', ...args);
  const anotherKey = async (siteId: string) => await fixture.desk.call('reissue-key', { siteId } as never);
  const withKeys = () => ['--yes', '--keys', join(folder, 'keys'), '--root', root];
  async function sitesThere(): Promise<{ siteRef: string; siteId: string }[]> {
    const list = ['call', 'list-sites', '--profile', 'desk', '--json', '--enterprise-id', enterpriseId];
    return JSON.parse((await fixture.cli(...list)).stdout).sites;
  }

  it('shows what it would do, and makes nothing', async () => {
    writeSites(2);
    const { code, stdout } = await importing();
    expect([code, stdout]).toEqual([0, expect.stringContaining('2  would be made')]);
    expect(await sitesThere()).toEqual([]);
    expect(existsSync(`${file}.import.jsonl`)).toBe(false);
  });

  it('makes each site, keeps its key where only its owner reads it, and shows no key', async () => {
    writeSites(3);
    const { code, stdout, stderr } = await importing(...withKeys());
    const keys = readdirSync(join(folder, 'keys'));
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toContain('made     3');
    expect(stdout).not.toContain('eyJ');
    expect((await sitesThere()).map(({ siteRef }) => siteRef).sort()).toEqual(['P-0', 'P-1', 'P-2']);
    expect(keys.sort()).toEqual([0, 1, 2].map(at => `${encodeURIComponent(`keys/${enterpriseId}/P-${at}`)}.secret`));
    for (const key of keys) expect(statSync(join(folder, 'keys', key)).mode & 0o777).toBe(0o600);
    expect(statSync(`${file}.import.jsonl`).mode & 0o777).toBe(0o600);
    expect(readFileSync(`${file}.import.jsonl`, 'utf8')).not.toContain('eyJ');
  });

  it('is killed while a site is made, goes on, and ends with each site once and the key of each', async () => {
    writeSites(6);
    const args = ['cli/license-server.ts', 'sites', 'import', file, '--profile', 'desk', ...withKeys()];
    const env = { ...process.env, LICENSE_SERVER_PROFILES: join(fixture.folder, 'profiles.json'), NODE_OPTIONS: '' };
    const child = spawn(process.execPath, [...args, '--concurrency', '2'], { cwd: project, env, stdio: 'ignore' });
    const ended = once(child, 'exit');
    let writes = 0;
    // What was begun is done all the same; nobody hears the answer.
    fixture.server.meter.fault = ({ command }) => {
      if (command === 'TransactWriteItemsCommand' && ++writes === 3) child.kill('SIGKILL');
      return undefined;
    };
    await ended;
    await fixture.server.meter.bury();
    const killedAt = await sitesThere();
    const { code, stdout } = await importing(...withKeys());
    const sites = await sitesThere();
    const report = readFileSync(`${file}.report.csv`, 'utf8');
    expect(killedAt.length).toBeGreaterThan(0);
    expect(killedAt.length).toBeLessThan(6);
    expect([code, stdout]).toEqual([0, expect.stringContaining('made     6')]);
    expect(sites).toHaveLength(6);
    for (const { siteId, siteRef } of sites)
      expect(report).toContain(`${enterpriseId},${siteRef},made,${siteId},,yes\r\n`);
    expect(readdirSync(join(folder, 'keys')).filter(name => name.endsWith('.secret'))).toHaveLength(6);
  });

  describe('a run with --keys after one without', () => {
    it('keeps the keys of the sites that are made already, and makes no second ones', async () => {
      writeSites(2);
      const without = await importing('--yes');
      const dry = await importing('--keys', join(folder, 'keys'), '--root', root);
      const { code, stdout } = await importing(...withKeys());
      const kept = readdirSync(join(folder, 'keys')).filter(name => name.endsWith('.secret'));
      const [site] = await sitesThere();
      expect(without.stdout).toContain('keys     kept nowhere: the same command with --keys and --root asks for them');
      expect(dry.stdout).toContain('2  is made already: its key would be asked for');
      expect([code, stdout]).toEqual([0, expect.stringMatching(/^made {5}2\nkeys {5}in .*\nreport /)]);
      expect(kept).toHaveLength(2);
      expect(await sitesThere()).toHaveLength(2);
      expect(site).toMatchObject({ generation: 1 });
      expect(readFileSync(`${file}.report.csv`, 'utf8')).not.toContain(',no\r\n');
    });

    it('says what is left when the server gives them no more, and --reissue gets others', async () => {
      writeSites(1);
      await importing('--yes');
      const [made] = await sitesThere();
      await anotherKey(made?.siteId ?? '');
      const late = await importing(...withKeys());
      const report = readFileSync(`${file}.report.csv`, 'utf8');
      const other = await importing(...withKeys(), '--reissue');
      const again = await importing(...withKeys(), '--reissue');
      expect([late.code, late.stdout]).toEqual([1, expect.stringMatching(/no key {3}1 .*key-superseded.* --reissue/)]);
      expect(report).toContain(`P-0,made,${made?.siteId},key-superseded,no\r\n`);
      expect([other.code, other.stdout]).toEqual([0, expect.not.stringContaining('no key')]);
      expect(again.code).toBe(0);
      expect(await sitesThere()).toMatchObject([{ siteId: made?.siteId, generation: 3 }]);
    });

    it('gives a key that another folder holds to no second one', async () => {
      writeSites(1);
      await importing(...withKeys());
      const other = join(folder, 'other-keys');
      const { code, stdout } = await importing('--yes', '--keys', other, '--root', root);
      expect([code, stdout]).toEqual([
        1,
        expect.stringMatching(/no key {3}1 {2}an earlier run has kept them in another/),
      ]);
      expect(readdirSync(other)).toEqual([]);
    });

    it('needs --keys for --reissue', async () => {
      writeSites(1);
      expect(await importing('--yes', '--reissue')).toMatchObject({
        code: 2,
        stderr: expect.stringContaining('--reissue needs --keys'),
      });
    });
  });

  it('does nothing more when it is run again', async () => {
    writeSites(2);
    await importing('--yes');
    fixture.server.meter.fault = () => 'drop-before';
    const { code, stdout } = await importing('--yes');
    expect([code, stdout]).toEqual([0, expect.stringContaining('made     2')]);
  });

  it('reports what is refused and why, and makes the others', async () => {
    const taken = ['--enterprise-id', enterpriseId, '--site-ref', 'P-1', '--state', 'active', '--mode', 'dev'];
    await fixture.cli('call', 'create-site', '--profile', 'desk', ...taken);
    writeSites(3);
    const dry = await importing();
    const { code, stdout, stderr } = await importing('--yes');
    expect(stderr).toBe('');
    expect([dry.code, dry.stdout]).toEqual([1, expect.stringContaining('refused: reference taken')]);
    expect([code, stdout]).toEqual([1, expect.stringMatching(/made {5}2\nrefused {2}1 {2}reference-taken: /)]);
    expect(readFileSync(`${file}.report.csv`, 'utf8')).toContain(`${enterpriseId},P-1,refused,,reference-taken,\r\n`);
  });

  it('stops when the server can not be reached, and says that it goes on', async () => {
    writeSites(2);
    const { code, stdout, stderr } = await importing(
      '--yes',
      '--url',
      'http://127.0.0.1:6/local',
      '--concurrency',
      '1',
    );
    expect([code, stderr]).toEqual([3, expect.stringContaining("can't be reached")]);
    expect(stdout).toContain('pending  2  the same command goes on with them');
  });

  it.each([
    ['a state that there is not', 'P-1,gone,dev', 'line 2: state'],
    [
      'a reference twice',
      'P-1,active,dev\r\nENT,P-1,basic,dev',
      'line 3: this reference stands there for the second time',
    ],
  ])('sends nothing for a file with %s, and names the place', async (_what, row, message) => {
    const rows = `ENT,${row}`.replaceAll('ENT', enterpriseId);
    writeFileSync(file, `enterpriseId,siteRef,state,mode\r\n${rows}\r\n`);
    const { code, stderr } = await importing('--yes');
    expect([code, stderr]).toEqual([2, expect.stringContaining(message)]);
    expect(existsSync(`${file}.import.jsonl`)).toBe(false);
  });

  it('takes JSON, and prints JSON', async () => {
    file = join(folder, 'sites.json');
    writeFileSync(file, JSON.stringify([{ enterpriseId, siteRef: 'J-1', state: 'basic', mode: 'dev' }]));
    const { code, stdout } = await importing('--yes', '--json');
    expect([code, JSON.parse(stdout).sites]).toEqual([
      0,
      [expect.objectContaining({ siteRef: 'J-1', outcome: 'made' })],
    ]);
  });

  it('keeps no key without a Root, nor where others may read', async () => {
    writeSites(1);
    const keys = join(folder, 'keys');
    const without = await importing('--yes', '--keys', keys);
    mkdirSync(keys);
    chmodSync(keys, 0o755);
    const open = await importing(...withKeys());
    expect([without.code, without.stderr]).toEqual([2, expect.stringContaining('--keys needs --root')]);
    expect([open.code, open.stderr]).toEqual([2, expect.stringContaining(`chmod 700 ${keys}`)]);
  });

  it('keeps no key that stands under another Root, and gets it once the right one is named', async () => {
    writeSites(1);
    const other = join(folder, 'other.jwk.json');
    writeFileSync(other, JSON.stringify(newSigner().root.jwk));
    const wrong = await importing('--yes', '--keys', join(folder, 'keys'), '--root', other);
    const kept = readdirSync(join(folder, 'keys'));
    const right = await importing(...withKeys());
    expect([wrong.code, wrong.stderr]).toEqual([1, expect.stringContaining('REFUSED (unknown-root)')]);
    expect(kept).toEqual([]);
    expect([right.code, right.stdout]).toEqual([0, expect.stringContaining('made     1')]);
    expect(await sitesThere()).toHaveLength(1);
  });

  it('takes the state of no other server', async () => {
    writeSites(1);
    await importing('--yes');
    const { code, stderr } = await importing('--yes', '--url', 'http://127.0.0.1:6/local');
    expect([code, stderr]).toEqual([2, expect.stringContaining('belongs to an import by hub/desk')]);
  });
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
