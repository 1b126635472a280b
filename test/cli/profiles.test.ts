import { chmodSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type CliFixture, newFolder, startCliFixture } from './cli-fixture.ts';

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
    expect(stderr).toContain('The profile prod does not exist: expected one of desk, operator, finance.');
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
    expect(stderr).toBe(`The file ${path} is readable by other users. Run "chmod 600 ${path}" first.\n`);
    expect(code).toBe(2);
  });

  it('and where a link leads to are refused while others may read it', async () => {
    const [home, target] = [newFolder(), join(fixture.folder, 'profiles.json')];
    symlinkSync(target, join(home, 'link.json'));
    chmodSync(target, 0o644);
    const { code, stderr } = await fixture.cliWith(
      { LICENSE_SERVER_PROFILES: join(home, 'link.json') },
      ...own,
      'desk',
    );
    chmodSync(target, 0o600);
    expect([code, stderr]).toEqual([2, expect.stringContaining('is readable by other users')]);
  });

  it.each([
    ['the folder of the file', (open: string) => copied(join(open, 'profiles.json'))],
    ['the folder of a link to it', (open: string) => linked(join(open, 'profiles.json'))],
  ])('are refused while others may put another file there: %s', async (_what, make) => {
    const open = newFolder();
    const path = make(open);
    chmodSync(open, 0o777);
    const refused = await fixture.cliWith({ LICENSE_SERVER_PROFILES: path }, ...own, 'desk');
    chmodSync(open, 0o1777);
    const taken = await fixture.cliWith({ LICENSE_SERVER_PROFILES: path }, ...own, 'desk');
    expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining(`Run "chmod o-w ${open}" first`)]);
    expect(taken.code).toBe(0);
  });

  it('that are no JSON are refused without being shown', async () => {
    const path = join(newFolder(), 'profiles.json');
    writeFileSync(path, 'hunter2', { mode: 0o600 });
    const { code, stderr } = await fixture.cliWith({ LICENSE_SERVER_PROFILES: path }, ...own, 'desk');
    expect([code, stderr]).toEqual([2, `The file ${path} is invalid: expected JSON.\n`]);
  });

  it.each([
    ['a password', 'https://me:hunter2@licenses.example.com/prod'],
    ['no TLS past this machine', 'http://licenses.example.com/prod'],
    ['another protocol', 'ftp://licenses.example.com/prod'],
  ])('and a URL with %s are refused, wherever it stands, without being shown', async (_what, url) => {
    const path = join(newFolder(), 'profiles.json');
    writeFileSync(path, JSON.stringify({ desk: { url, keyid: 'x', keyFile: 'x' } }), { mode: 0o600 });
    const ran = [
      await fixture.cliWith({ LICENSE_SERVER_PROFILES: path }, ...own, 'desk'),
      await fixture.cliWith({ LICENSE_SERVER_URL: url }, 'call', 'get-trust'),
      await fixture.cli('call', 'get-trust', '--url', url),
    ];
    expect(ran.map(({ code }) => code)).toEqual([2, 2, 2]);
    expect(ran.map(({ stderr }) => stderr).join('')).not.toContain('hunter2');
  });

  it('report that no identity is named', async () => {
    const { code, stderr } = await fixture.cliWith({}, 'call', 'get-own-application');
    expect(stderr).toContain('The server is missing: expected --profile <name>, --url <url>');
    expect(code).toBe(2);
  });
});

/** The profiles, with their keys where they are. */
function copied(path: string): string {
  const profiles = JSON.parse(readFileSync(join(fixture.folder, 'profiles.json'), 'utf8'));
  const desk = { ...profiles.desk, keyFile: fixture.keyFile };
  writeFileSync(path, JSON.stringify({ desk }), { mode: 0o600 });
  return path;
}

function linked(path: string): string {
  symlinkSync(copied(join(newFolder(), 'profiles.json')), path);
  return path;
}
