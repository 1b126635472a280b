import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import { type CliFixture, newFolder, startCliFixture } from './cli-fixture.ts';

// Each test starts processes, and the machine may be busy.
jest.setTimeout(30_000);

let fixture: CliFixture;
beforeAll(async () => {
  fixture = await startCliFixture();
});
afterAll(async () => await fixture.close());

const own = ['call', 'get-own-application', '--profile'];

describe('the profiles of license-server', () => {
  it('are found in the home folder', async () => {
    const home = newFolder();
    mkdirSync(join(home, '.config/license-server'), { recursive: true });
    const { keyid, keyFile, server } = fixture;
    const profiles = JSON.stringify({ mine: { url: server.url, keyid, keyFile } });
    writeFileSync(join(home, '.config/license-server/profiles.json'), profiles, { mode: 0o600 });
    const { code, stdout } = await fixture.cliWith({ HOME: home }, ...own, 'mine');
    expect(stdout).toContain('desk');
    expect(code).toBe(0);
  });

  it('that are not there are named, with the ones that are', async () => {
    const { code, stderr } = await fixture.cli(...own, 'prod');
    expect(stderr).toContain('There is no profile prod (known: desk, operator).');
    expect(code).toBe(2);
  });

  it('of a file with a wrong form are refused, with the place', async () => {
    const path = join(newFolder(), 'profiles.json');
    writeFileSync(path, '{"prod":{"url":"x"}}', { mode: 0o600 });
    const { code, stderr } = await fixture.cliWith({ LICENSE_SERVER_PROFILES: path }, ...own, 'prod');
    expect(stderr).toContain('prod.url');
    expect(code).toBe(2);
  });

  it.each(['profiles.json', 'desk.pem'])('are refused while others may read %s', async name => {
    const path = join(fixture.folder, name);
    chmodSync(path, 0o640);
    const { code, stderr } = await fixture.cli(...own, 'desk');
    chmodSync(path, 0o600);
    expect(stderr).toBe(`Others may read ${path}: run "chmod 600 ${path}" first.\n`);
    expect(code).toBe(2);
  });

  it('say so when nobody is named', async () => {
    const { code, stderr } = await fixture.cliWith({}, 'call', 'get-own-application');
    expect(stderr).toContain('Say which server: --profile <name>, --url <url>');
    expect(code).toBe(2);
  });
});
