import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { root, StartFixture } from '../local/start-fixture.ts';
import { clockAhead } from '../support/clients/clock-ahead.ts';
import { languages, titleOf } from '../support/clients/recipes.ts';
import { hangsAfterMs } from '../support/hangs-after.ts';
import { policies } from '../support/server/server.ts';
import { type CliFixture, startCliFixture } from './cli-fixture.ts';

let fixture: CliFixture;
beforeAll(async () => {
  fixture = await startCliFixture();
});
afterAll(async () => await fixture.close());

const [shell] = languages;
const unlessMissing = (missing: string | undefined) => (missing === undefined ? describe : describe.skip);

async function request([program = '', ...script]: readonly string[], args: string[], env: NodeJS.ProcessEnv = {}) {
  const { server, keyid, keyFile } = fixture;
  const own = {
    LICENSE_SERVER_URL: server.url,
    LICENSE_SERVER_KEYID: keyid,
    LICENSE_SERVER_KEY: keyFile,
    ...clockAhead(server.clock),
  };
  const options = { cwd: root, timeout: hangsAfterMs, env: { ...process.env, no_proxy: '127.0.0.1', ...own, ...env } };
  return await promisify(execFile)(program, [...script, ...args], options).then(
    ({ stdout }) => ({ answer: JSON.parse(stdout), code: 0 }),
    ({ stdout, code }) => ({ answer: JSON.parse(stdout), code }),
  );
}

for (const language of languages)
  unlessMissing(language.missing)(`a signed request by ${titleOf(language)}`, () => {
    let command: readonly string[];
    beforeAll(() => {
      language.prepare?.(fixture.folder);
      command = language.request(fixture.folder);
    });

    it('sends nothing when the file of the key holds none', async () => {
      const noKey = join(fixture.folder, 'no-key.pem');
      writeFileSync(noKey, 'no key', { mode: 0o600 });
      const [program = '', ...script] = command;
      const env = {
        ...process.env,
        LICENSE_SERVER_URL: fixture.server.url,
        LICENSE_SERVER_KEYID: fixture.keyid,
        LICENSE_SERVER_KEY: noKey,
      };
      const sent = promisify(execFile)(program, [...script, 'GET', '/v1/applications/self'], { cwd: root, env });
      await expect(sent).rejects.toMatchObject({ code: 1, stdout: '' });
    });

    it('reads, with and without a query', async () => {
      const own = await request(command, ['GET', '/v1/applications/self']);
      const { answer } = await request(command, ['POST', '/v1/enterprises', '{}']);
      const sites = await request(command, ['GET', `/v1/enterprises/${answer.enterpriseId}/sites?limit=3`]);
      expect(own).toMatchObject({ code: 0, answer: { application: 'desk' } });
      expect(sites).toEqual({ code: 0, answer: { sites: [] } });
    });

    it('changes, with a body of any characters and without one', async () => {
      const { answer: enterprise } = await request(command, ['POST', '/v1/enterprises', '{}']);
      const wanted = { enterpriseId: enterprise.enterpriseId, siteRef: 'A-1', state: 'active', mode: 'dev' };
      const { answer: site } = await request(command, ['POST', '/v1/sites', JSON.stringify(wanted)]);
      const odd = await request(command, [
        'PATCH',
        `/v1/sites/${site.siteId}`,
        '{"siteRef":"Zürich %s \\\\n \'$HOME\'"}',
      ]);
      const deleted = await request(command, ['DELETE', `/v1/sites/${site.siteId}`]);
      expect(odd.answer).toMatchObject({ code: 'invalid-request' });
      expect(odd.code).not.toBe(0);
      expect(deleted).toMatchObject({ code: 0, answer: { status: 'deleted' } });
    });

    it('repeats with the same Idempotency-Key', async () => {
      const env = { IDEMPOTENCY_KEY: `6d2ff4bc-0d24-4a9b-9bd3-${language.name}`.padEnd(36, '0') };
      const first = await request(command, ['POST', '/v1/enterprises', '{}'], env);
      const again = await request(command, ['POST', '/v1/enterprises', '{}'], env);
      expect(again).toEqual(first);
      expect(first.code).toBe(0);
    });

    it('signs by the clock of a local server that was moved ahead', async () => {
      const { clock } = fixture.server;
      const before = clockAhead(clock);
      clock.at += 7200;
      const late = await request(command, ['GET', '/v1/applications/self'], before);
      const right = await request(command, ['GET', '/v1/applications/self']);
      clock.at -= 7200;
      expect(late.answer).toMatchObject({ code: 'signature-invalid' });
      expect(right.answer).toMatchObject({ application: 'desk' });
    });
  });

for (const language of languages.filter(({ name }) => name !== 'shell'))
  (language.missing === undefined ? it : it.skip)(`${titleOf(language)} signs with P-256 too`, async () => {
    const application = `curve-${language.name.toLowerCase()}`;
    const policy = { ...policies.hwf, enforcesFor: [] };
    const { server } = fixture;
    const { key, pem } = await server.register(application, policy, { kind: 'p256' });
    const keyFile = join(fixture.folder, `curve-${language.name}.pem`);
    writeFileSync(keyFile, pem);
    const env = { LICENSE_SERVER_KEY: keyFile, LICENSE_SERVER_KEYID: key.keyid };
    language.prepare?.(fixture.folder);
    const { answer } = await request(language.request(fixture.folder), ['GET', '/v1/applications/self'], env);
    expect(answer.application).toBe(application);
  });

unlessMissing(shell?.missing)('the README', () => {
  const starts = new StartFixture();
  afterAll(() => starts.close());

  it('shows a first signed request that works as it stands', async () => {
    const folder = starts.newFolder();
    const server = await starts.start(folder, [], { START_DATE: '' });
    const readme = readFileSync(join(root, 'README.md'), 'utf8');
    const block = /## The first signed request[\s\S]*?```sh\n([\s\S]*?)```/.exec(readme)?.[1] ?? '';
    const script = block.replace('http://127.0.0.1:8787/local', server.url).replaceAll('.local/', `${folder}/`);
    const options = { cwd: root, timeout: hangsAfterMs, env: { ...process.env, no_proxy: '127.0.0.1' } };
    const { stdout } = await promisify(execFile)('sh', ['-c', script], options);
    await server.end();
    const [self = '', enterprise = ''] = stdout.trim().split('\n');
    expect(JSON.parse(self)).toMatchObject({ application: 'hwf' });
    expect(JSON.parse(enterprise)).toMatchObject({ application: 'hwf', generation: 1 });
  });
});
