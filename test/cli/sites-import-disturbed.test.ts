import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { root as project } from '../local/start-fixture.ts';
import { clockAhead } from '../support/clients/clock-ahead.ts';
import { siteImport } from './import-fixture.ts';

// Each test starts processes, and the machine may be busy.
describe('an import that is disturbed', () => {
  const fixture = siteImport();

  const all = Array.from({ length: 8 }, (_, at) => `P-${at}`);
  const refsThere = async () => (await fixture.sitesThere()).map(({ siteRef }) => siteRef).sort();

  const environment = () => ({
    ...process.env,
    ...clockAhead(fixture.server.clock),
    LICENSE_SERVER_PROFILES: join(fixture.home, 'profiles.json'),
    NODE_OPTIONS: '',
  });

  /** Runs it for eight sites, one at a time, and sends the signal when so many are being recorded. */
  function disturbed(signal: NodeJS.Signals, at: number) {
    fixture.writeSites(all.length);
    const args = [
      'cli/license-server.ts',
      'sites',
      'import',
      fixture.file,
      '--profile',
      'desk',
      '--yes',
      '--concurrency',
      '1',
    ];
    const env = environment();
    const child = spawn(process.execPath, args, { cwd: project, env });
    let [stdout, writes] = ['', 0];
    child.stdout.on('data', text => {
      stdout += text;
    });
    // The answer is held back until the signal has arrived: otherwise the next request may be on its way.
    const arrived = new Promise(resolve => {
      child.once('exit', resolve);
      child.stderr.on('data', text => String(text).includes('Interrupted') && resolve(text));
    });
    const sent = new Promise<void>(resolve => {
      fixture.server.meter.fault = async ({ command }) => {
        if (command === 'TransactWriteItemsCommand' && ++writes === at) {
          child.kill(signal);
          resolve();
          await arrived;
        }
        return undefined;
      };
    });
    return { child, sent, ended: once(child, 'close').then(([code]) => ({ code, stdout })) };
  }

  it('is killed while a site is made, goes on, and ends with each site once and the key of each', async () => {
    fixture.writeSites(6);
    const args = ['cli/license-server.ts', 'sites', 'import', fixture.file, '--profile', 'desk', ...fixture.withKeys()];
    const env = environment();
    const child = spawn(process.execPath, [...args, '--concurrency', '2'], { cwd: project, env, stdio: 'ignore' });
    const ended = once(child, 'exit');
    let writes = 0;
    // The request is completed all the same; its answer reaches no client.
    fixture.server.meter.fault = ({ command }) => {
      if (command === 'TransactWriteItemsCommand' && ++writes === 3) child.kill('SIGKILL');
      return undefined;
    };
    await ended;
    await fixture.server.meter.bury();
    const killedAt = await fixture.sitesThere();
    const { code, stdout } = await fixture.importing(...fixture.withKeys());
    const sites = await fixture.sitesThere();
    const report = readFileSync(`${fixture.file}.report.csv`, 'utf8');
    expect(killedAt.length).toBeGreaterThan(0);
    expect(killedAt.length).toBeLessThan(6);
    expect([code, stdout]).toEqual([0, expect.stringContaining('created  6')]);
    expect(sites).toHaveLength(6);
    for (const { siteId, siteRef } of sites)
      expect(report).toContain(`${fixture.enterpriseId},${siteRef},created,${siteId},,yes\r\n`);
    expect(readdirSync(join(fixture.folder, 'keys')).filter(name => name.endsWith('.secret'))).toHaveLength(6);
  });

  it.each([1, 2, 5, 8])('is killed at site %i, and goes on with each site once', async at => {
    const { code } = await disturbed('SIGKILL', at).ended;
    const again = await fixture.importing('--yes');
    expect(code).toBeNull();
    expect([again.code, again.stdout]).toEqual([0, expect.stringContaining('created  8')]);
    expect(await refsThere()).toEqual(all);
  });

  it.each(['SIGINT', 'SIGTERM'] as const)(
    'by %s: it ends what it has begun, reports, and goes on later',
    async signal => {
      const { code, stdout } = await disturbed(signal, 3).ended;
      const report = readFileSync(`${fixture.file}.report.csv`, 'utf8');
      const there = await refsThere();
      const again = await fixture.importing('--yes');
      expect([code, stdout]).toEqual([130, expect.stringMatching(/^created {2}3\npending {2}5 /)]);
      expect(report.match(/,created,/g)).toHaveLength(3);
      expect(there).toEqual(['P-0', 'P-1', 'P-2']);
      expect([again.code, await refsThere()]).toEqual([0, all]);
    },
  );

  it('by another one of the same file: that one does nothing, and says so', async () => {
    const first = disturbed('SIGSTOP', 2);
    await first.sent;
    const second = await fixture.importing('--yes');
    first.child.kill('SIGCONT');
    const { code } = await first.ended;
    expect([second.code, second.stdout]).toEqual([2, '']);
    expect(second.stderr).toMatch(
      /^The state file .*sites\.csv\.import\.jsonl is in use by another import\. Wait until it ends\.\n$/,
    );
    expect([code, await refsThere()]).toEqual([0, all]);
  });
});
