import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { clockAhead } from '../support/clients/clock-ahead.ts';
import { hangsAfterMs } from '../support/hangs-after.ts';
import { type CliFixture, newFolder, startCliFixture } from './cli-fixture.ts';
import { hasCommand } from './has-command.ts';

const twoDays = 2 * 86_400;
const own = ['get-own-application', '--profile', 'desk'];

let fixture: CliFixture;
beforeAll(async () => {
  fixture = await startCliFixture();
  // Further from this machine's clock than a signature may be old, also where START_DATE is today.
  if (Math.abs(Number(ahead())) < twoDays) fixture.server.clock.at += 2 * twoDays;
});
afterAll(async () => await fixture.close());

/** The profiles of a local server, whose clock file says this. */
function profilesWith(clock: string | undefined): NodeJS.ProcessEnv {
  const folder = newFolder();
  const { server, keyid, keyFile } = fixture;
  if (clock !== undefined) writeFileSync(join(folder, 'clock-ahead'), clock);
  const profile = { url: server.url, keyid, keyFile, ...(clock !== undefined && { clockFile: 'clock-ahead' }) };
  writeFileSync(join(folder, 'profiles.json'), JSON.stringify({ desk: profile }), { mode: 0o600 });
  return { LICENSE_SERVER_PROFILES: join(folder, 'profiles.json') };
}

const ahead = () => clockAhead(fixture.server.clock).LICENSE_SERVER_CLOCK_AHEAD;
const notAhead = { LICENSE_SERVER_CLOCK_AHEAD: '0' };

describe('a server whose clock was moved', () => {
  it('refuses who does not know of it', async () => {
    const { code, stderr } = await fixture.cliWith({ ...notAhead, ...profilesWith(undefined) }, 'call', ...own);
    expect([code, stderr]).toEqual([1, expect.stringContaining('signature-invalid')]);
  });

  it('answers who reads its clock file, as the profiles of npm start name it', async () => {
    const { code, stdout } = await fixture.cliWith({ ...notAhead, ...profilesWith(`${ahead()}\n`) }, 'call', ...own);
    expect([code, stdout]).toEqual([0, expect.stringMatching(/^application +desk$/m)]);
  });

  it('answers who is told by the environment', async () => {
    const env = { ...profilesWith(undefined), LICENSE_SERVER_CLOCK_AHEAD: ahead() };
    expect((await fixture.cliWith(env, 'call', ...own)).code).toBe(0);
  });

  (hasCommand('curl', ['--version']) ? it : it.skip)('answers what license-server sign has signed', async () => {
    const { stdout: command } = await fixture.cliWith({ ...notAhead, ...profilesWith(ahead()) }, 'sign', ...own);
    const env = { ...process.env, no_proxy: '127.0.0.1' };
    const { stdout } = await promisify(execFile)('sh', ['-c', command], { env, timeout: hangsAfterMs });
    expect(JSON.parse(stdout)).toMatchObject({ application: 'desk' });
  });

  it('is no excuse for a file that holds something else', async () => {
    const { code, stderr } = await fixture.cliWith(profilesWith('tomorrow'), 'call', ...own);
    expect([code, stderr]).toEqual([
      2,
      expect.stringMatching(/clock-ahead is invalid: expected a number of seconds\.\n$/),
    ]);
  });
});
