import { execFile } from 'node:child_process';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { secondsOf } from '../../domain/kernel/time.ts';
import { hasCommand } from '../cli/has-command.ts';
import { hangsAfterMs } from '../support/hangs-after.ts';
import { clockOf, readJson, root, run, StartFixture } from './start-fixture.ts';

/** These tests are about the distance to this machine's clock. */
const asMachine = { START_DATE: '' };

const fixture = new StartFixture();
afterAll(() => fixture.close());

const local = async (folder: string, ...args: string[]) =>
  await run(['cli/license-server.ts', 'local', ...args, '--data', folder]);

async function called(folder: string, ...args: string[]) {
  const env = { LICENSE_SERVER_PROFILES: join(folder, 'keys/profiles.json') };
  return await run(['cli/license-server.ts', 'call', ...args, '--profile', 'hwf', '--json'], env);
}

describe('license-server local', () => {
  it('tick moves the clock of the server that runs on the folder, whose clients go with it', async () => {
    const [folder, other] = [fixture.newFolder(), fixture.newFolder()];
    const [server, bystander] = [await fixture.start(folder, [], asMachine), await fixture.start(other, [], asMachine)];
    const { stdout, code } = await local(folder, 'tick', '3h');
    const answer = await called(folder, 'create-enterprise');
    const elsewhere = await local(other, 'clock');
    await server.end();
    await bystander.end();
    expect(code).toBe(0);
    expect(stdout).toMatch(/sweep-expiry ran 3 times/);
    expect(stdout).toMatch(/The server's clock shows [\d-]+T[\d:]+Z, 3 h ahead of this machine's\.\n$/);
    const { expiresAt } = JSON.parse(answer.stdout);
    expect(secondsOf(expiresAt) - clockOf(folder)()).toBeGreaterThan((30 * 24 - 1) * 3600);
    expect(elsewhere.stdout).toMatch(/the same as this machine's\.\n$/);
  });

  it('the clock stays moved over a restart, and --fresh sets it back', async () => {
    const folder = fixture.newFolder();
    const server = await fixture.start(folder, [], asMachine);
    await local(folder, 'tick', '90m');
    await server.end();
    const again = await fixture.start(folder, [], asMachine);
    const moved = await local(folder, 'clock');
    await again.end();
    const fresh = await fixture.start(folder, ['--fresh'], asMachine);
    const set = await local(folder, 'clock');
    await fresh.end();
    expect(moved.stdout).toMatch(/, 1 h 30 min ahead of/);
    expect(set.stdout).toMatch(/, the same as this machine's/);
  });

  it('START_DATE chooses what the clock of a new folder shows first, earlier or later; a clock that is kept goes on', async () => {
    const folder = fixture.newFolder();
    const shown: string[] = [];
    for (const [START_DATE, args] of [
      ['2024-02-29', []],
      ['2031-12-31', []],
      ['2031-12-31', ['--fresh']],
    ] as const) {
      const server = await fixture.start(folder, args, { START_DATE });
      shown.push((await local(folder, 'clock')).stdout);
      await server.end();
    }
    expect(shown).toEqual([
      expect.stringMatching(/shows 2024-02-29T00:.* behind this machine's\.\n$/),
      expect.stringMatching(/shows 2024-02-29T00:/),
      expect.stringMatching(/shows 2031-12-31T00:.* (ahead of|behind) this machine's\.\n$/),
    ]);
  });

  (hasCommand('openssl', ['version'], 'OpenSSL 3') && hasCommand('curl', ['--version']) ? it : it.skip)(
    'openssl and curl sign by the moved clock, as the README shows',
    async () => {
      const folder = fixture.newFolder();
      const server = await fixture.start(folder, [], asMachine);
      await local(folder, 'tick', '2h');
      const env = {
        ...process.env,
        no_proxy: '127.0.0.1',
        LICENSE_SERVER_URL: server.url,
        LICENSE_SERVER_KEY: join(folder, 'keys/hwf.pem'),
        LICENSE_SERVER_KEYID: readFileSync(join(folder, 'keys/hwf.keyid'), 'utf8').trim(),
      };
      const ahead = readFileSync(join(folder, 'keys/clock-ahead'), 'utf8').trim();
      const script = ['docs/examples/signed-request.sh', 'GET', '/v1/applications/self'];
      const late = await shell(script, env);
      const right = await shell(script, { ...env, LICENSE_SERVER_CLOCK_AHEAD: ahead });
      await server.end();
      expect(JSON.parse(late)).toMatchObject({ code: 'signature-invalid' });
      expect(JSON.parse(right)).toMatchObject({ application: 'hwf' });
    },
  );

  it.each([
    [3, 'no server runs on the folder', ['tick', '1d'], 'No license server runs on'],
    [3, 'no server runs whose exports it could copy', ['exports', 'copy'], 'No license server runs on'],
    [2, 'the time is none', ['tick', '1w'], 'Expected a duration such as 90m, 12h or 30d'],
    [2, 'the time is too long', ['tick', '367d'], 'at most 366d'],
    [2, 'time shall go back', ['tick', '0d'], 'Expected a duration such as'],
    [2, 'the schedules are none', ['tick', '1d', '--skip', '../clock'], 'Expected comma-separated names of schedules'],
  ])('ends with %i when %s', async (wanted, _title, args, message) => {
    const { code, stderr } = await local(fixture.newFolder(), ...args);
    expect([code, stderr.includes(message), stderr]).toEqual([wanted, true, stderr]);
  });

  it('ends with 1 when the server goes away while time passes', async () => {
    const folder = fixture.newFolder();
    const server = createServer((_request, response) => {
      response.write(`${JSON.stringify({ line: 'sweep-expiry ran' })}\n`, () => response.destroy());
    });
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${Object(server.address()).port}`;
    writeFileSync(join(folder, 'control.json'), JSON.stringify({ url, token: 'x' }));
    const { code, stdout, stderr } = await local(folder, 'tick', '1d');
    server.close();
    expect([code, stdout]).toEqual([1, 'sweep-expiry ran\n']);
    expect(stderr).toContain('The server stopped during the command');
  });

  it('is what npm run local runs', async () => {
    const { scripts } = readJson(join(root, 'package.json'));
    expect(scripts.local).toBe('node cli/license-server.ts local');
  });

  it('obeys a process that can read the folder, and no other', async () => {
    const folder = fixture.newFolder();
    const server = await fixture.start(folder);
    const { url, token } = readJson(join(folder, 'control.json'));
    expect(statSync(join(folder, 'control.json')).mode & 0o777).toBe(0o600);
    const asked = async (method: string, path: string, headers: Record<string, string>) =>
      (await fetch(url + path, { method, headers })).status;
    const authorization = `Bearer ${token}`;
    const answers = [
      await asked('GET', '/clock', {}),
      await asked('GET', '/clock', { authorization: `${authorization}x` }),
      await asked('GET', '/clock', { authorization, origin: 'https://example.com' }),
      await asked('POST', '/tick/-5', { authorization }),
      await asked('GET', '/clock', { authorization }),
    ];
    await server.end();
    expect(answers).toEqual([403, 403, 403, 403, 200]);
    expect((await local(folder, 'clock')).stderr).toContain('No license server runs on');
  });
});

async function shell(args: string[], env: NodeJS.ProcessEnv): Promise<string> {
  return await new Promise(resolve => {
    execFile('sh', args, { env, timeout: hangsAfterMs }, (_error, stdout) => resolve(stdout));
  });
}
