import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { hangsAfterMs } from '../support/hangs-after.ts';
import { type CliFixture, startCliFixture } from './cli-fixture.ts';
import { hasCommand } from './has-command.ts';

let fixture: CliFixture;
beforeAll(async () => {
  fixture = await startCliFixture();
});
afterAll(async () => await fixture.close());

const withCurl = hasCommand('curl', ['--version']) ? it : it.skip;

describe('license-server sign', () => {
  withCurl('prints a curl command that works as it stands, once', async () => {
    const { stdout: command, code } = await fixture.cli('sign', 'create-enterprise', '--profile', 'desk');
    const first = await shell(command);
    const replay = await shell(command);
    expect(code).toBe(0);
    expect(JSON.parse(first)).toMatchObject({ application: 'desk', generation: 1 });
    expect(JSON.parse(replay)).toMatchObject({ status: 401, code: 'signature-invalid' });
  });

  withCurl('quotes what a shell would take for its own', async () => {
    const ref = `it's "$(touch /tmp/no)"`;
    const fields = ['--enterprise-id', `hub-${'a'.repeat(16)}`, '--site-ref', ref, '--state', 'basic'];
    const { stdout: command } = await fixture.cli('sign', 'create-site', '--profile', 'desk', ...fields);
    const problem = JSON.parse(await shell(command));
    expect(problem).toMatchObject({ code: 'invalid-request', errors: [{ pointer: '#/body/siteRef' }] });
  });

  it('shows no private key', async () => {
    const { stdout, stderr } = await fixture.cli('sign', 'get-own-application', '--profile', 'desk');
    expect(stdout + stderr).not.toContain('PRIVATE KEY');
    expect(stdout).toContain("--header 'signature: sig=:");
  });
});

async function shell(command: string): Promise<string> {
  const env = { ...process.env, no_proxy: '127.0.0.1' };
  return (await promisify(execFile)('sh', ['-c', command], { env, timeout: hangsAfterMs })).stdout;
}
