import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { operations } from '../../lambdas/operations.ts';
import { finishedQuarter, sampleManifest } from '../support/vectors/sample-manifest.ts';
import { type CliFixture, startCliFixture } from './cli-fixture.ts';

let fixture: CliFixture;
let enterpriseId: string;
beforeAll(async () => {
  fixture = await startCliFixture();
  const { stdout } = await fixture.cli('call', 'create-enterprise', '--profile', 'desk', '--json');
  enterpriseId = JSON.parse(stdout).enterpriseId;
});
afterAll(async () => await fixture.close());

describe('license-server call', () => {
  it('has a command for each operation of the table', async () => {
    const { stdout, code } = await fixture.cli('call', '--help');
    expect(code).toBe(0);
    for (const id of Object.keys(operations)) expect(stdout).toContain(`  ${id} `);
  });

  it('shows an answer in aligned lines, the key in full', async () => {
    const fields = ['--enterprise-id', enterpriseId, '--site-ref', 'ABC123', '--state', 'active', '--mode', 'dev'];
    const { stdout, code } = await fixture.cli('call', 'create-site', '--profile', 'desk', ...fields);
    expect(code).toBe(0);
    expect(stdout).toMatch(new RegExp(`^siteId        ${enterpriseId}-\\w+$`, 'm'));
    expect(stdout).toMatch(/^mode {10}dev$/m);
    expect(stdout).toMatch(/^key {11}[\w.~-]{1000,}$/m);
  });

  it('takes the fields as the API spells them, as an argument, from a file, and a value from a file', async () => {
    const file = join(fixture.folder, 'site.json');
    writeFileSync(file, JSON.stringify({ enterpriseId, siteRef: 'F-1', state: 'basic', mode: 'dev' }));
    writeFileSync(join(fixture.folder, 'ref.txt'), 'F-4\n');
    const create = ['call', 'create-site', '--profile', 'desk', '--json'];
    const rest = ['--enterpriseId', enterpriseId, '--state', 'basic', '--mode', 'dev'];
    const answers = [
      await fixture.cli(...create, '--json-input', file),
      await fixture.cli(...create, '--json-input', file, '--site-ref', 'F-2'),
      await fixture.cli(...create, JSON.stringify({ enterpriseId, siteRef: 'F-3', state: 'basic', mode: 'dev' })),
      await fixture.cli(...create, ...rest, '--siteRef', `@${join(fixture.folder, 'ref.txt')}`),
    ];
    const { stdout } = await fixture.cli(
      'call',
      'list-sites',
      '--profile',
      'desk',
      '--json',
      '--enterprise-id',
      enterpriseId,
    );
    const refs = JSON.parse(stdout).sites.map((site: { siteRef: string }) => site.siteRef);
    expect(answers.map(({ code }) => code)).toEqual([0, 0, 0, 0]);
    expect(refs).toEqual(expect.arrayContaining(['F-1', 'F-2', 'F-3', 'F-4']));
  });

  it('lists the administrators of a quarter for finance, and refuses an operator', async () => {
    const quarter = finishedQuarter(fixture.server);
    const admins = [{ name: 'Ada Example', email: 'ada@example.com' }];
    await fixture.desk.call('submit-manifest', { quarter, ...sampleManifest([], admins) });
    const list = async (profile: string) =>
      await fixture.cli('call', 'list-admins', '--profile', profile, '--quarter', quarter);
    expect(await list('finance')).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/desk +Ada Example +ada@example\.com/),
    });
    expect(await list('operator')).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('finance') });
  });

  it('shows a page of a list as a table, and how to get the next one', async () => {
    const list = ['call', 'list-sites', '--profile', 'desk', '--enterprise-id', enterpriseId, '--limit', '2'];
    const first = await fixture.cli(...list);
    const [, after = ''] = /\n\nmore: (--after [\w-]+)\n$/.exec(first.stdout) ?? [];
    const second = await fixture.cli(...list, ...after.split(' '));
    for (const { code, stdout } of [first, second])
      expect([code, stdout]).toEqual([
        0,
        expect.stringMatching(/^sites\n {2}siteId +enterpriseId +application +siteRef /),
      ]);
    expect(first.stdout.split('\n')).toHaveLength(7);
    expect(second.stdout.split('\n')[2]).not.toBe(first.stdout.split('\n')[2]);
    expect(first.stdout).not.toMatch(/^next/m);
  });

  it('takes JSON values for objects', async () => {
    const jwk = JSON.stringify({ kty: 'OKP', crv: 'Ed25519', x: 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA' });
    const fields = ['--application', 'third', '--public-key', jwk, '--policy', '{"modes":["dev"]}'];
    const { stdout, code } = await fixture.cli('call', 'register-application', '--profile', 'operator', ...fields);
    expect(code).toBe(0);
    expect(stdout).toMatch(/modes +dev$/m);
  });

  it('repeats a request exactly with its Idempotency-Key', async () => {
    const create = ['call', 'create-enterprise', '--profile', 'desk', '--json', '--idempotency-key'];
    const key = '4e3aa1ff-4f6f-4d3a-a8a0-46ffcb0a3de2';
    const first = await fixture.cli(...create, key);
    const again = await fixture.cli(...create, key);
    expect(again.stdout).toBe(first.stdout);
    expect(first.code).toBe(0);
  });

  it('takes who calls from single options, or from the environment', async () => {
    const { url } = fixture.server;
    const { keyid, keyFile, cliWith } = fixture;
    const own = ['call', 'get-own-application', '--json'];
    const flags = await cliWith({}, ...own, '--url', url, '--keyid', keyid, '--key-file', keyFile);
    const env = { LICENSE_SERVER_URL: url, LICENSE_SERVER_KEYID: keyid, LICENSE_SERVER_KEY: keyFile };
    const environment = await cliWith(env, ...own);
    const applications = [flags, environment].map(({ stdout }) => JSON.parse(stdout).application);
    expect(applications).toEqual(['desk', 'desk']);
  });

  it('needs no key for what is public', async () => {
    const { code, stdout } = await fixture.cliWith({}, 'call', 'get-trust', '--url', fixture.server.url);
    expect(code).toBe(0);
    expect(stdout).toContain('kid');
  });
});

describe('license-server call that fails', () => {
  it('shows the whole problem and ends with 1 when the server refuses', async () => {
    const fields = ['--enterprise-id', enterpriseId, '--site-ref', '#', '--state', 'gone', '--mode', 'dev'];
    const { stderr, stdout, code } = await fixture.cli('call', 'create-site', '--profile', 'desk', ...fields);
    expect(code).toBe(1);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/^Refused \(400\): The request is invalid$/m);
    expect(stderr).toMatch(/^ {2}#\/body\/siteRef {2}\S/m);
    expect(stderr).toMatch(/^ {2}#\/body\/state {2}\S/m);
    expect(stderr).toMatch(/^ {2}code {6}invalid-request$/m);
  });

  it('gives the problem as JSON with --json', async () => {
    const site = `${enterpriseId}-${'a'.repeat(17)}`;
    const { stdout, code } = await fixture.cli('call', 'get-site', '--profile', 'desk', '--json', '--site-id', site);
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ status: 404, code: 'not-found' });
  });

  it('ends with 3 when the server cannot be reached, and tells how to repeat', async () => {
    const create = ['call', 'create-enterprise', '--profile', 'desk', '--url', 'http://127.0.0.1:6/local'];
    const { stderr, code } = await fixture.cli(...create);
    expect(code).toBe(3);
    expect(stderr).toContain("http://127.0.0.1:6/local can't be reached");
    expect(stderr).toMatch(/--idempotency-key [\w-]{36}: it is not executed twice/);
  });

  it.each([
    ['an unknown option', ['--sitte', 'x'], "unknown option '--sitte'"],
    ['a missing field', ['--profile', 'desk'], 'Required fields are missing: --public-key, --policy'],
    ['a value that is no JSON', ['--policy', '{modes'], '--policy is invalid: expected JSON'],
    ['an argument that is no object', ['[1]'], 'The argument is invalid: expected a JSON object'],
    ['a file that is not there', ['--json-input', '/nowhere.json'], "/nowhere.json can't be read"],
  ])('ends with 2 for %s', async (_what, args, message) => {
    const { stderr, code } = await fixture.cli('call', 'register-application', '--application', 'x', ...args);
    expect(stderr).toContain(message);
    expect(code).toBe(2);
  });

  it('ends with 2 for an unknown operation, and for none', async () => {
    expect((await fixture.cli('call', 'make-coffee')).code).toBe(2);
    expect((await fixture.cli('call')).code).toBe(2);
  });
});
