import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { setting } from '../../lambdas/platform/kernel/settings.ts';
import { type CliFixture, startCliFixture } from './cli-fixture.ts';

describe('credentials from AWS Secrets Manager', () => {
  let fixture: CliFixture;
  let secret: string;
  let aws: NodeJS.ProcessEnv;
  beforeAll(async () => {
    fixture = await startCliFixture();
    secret = `${setting(fixture.server.world.runtime, 'SECRET_PREFIX')}/operator/hub`;
    aws = Object.fromEntries(Object.entries(process.env).filter(([name]) => name.startsWith('AWS_')));
  });
  afterAll(async () => await fixture.close());

  const own = async (env: NodeJS.ProcessEnv, ...args: string[]) =>
    await fixture.cliWith(env, 'call', 'get-own-application', '--url', fixture.server.url, ...args);

  it('sign, named by an option, the environment or a profile', async () => {
    const profiles = join(fixture.folder, 'secret-profiles.json');
    writeFileSync(profiles, JSON.stringify({ back: { url: fixture.server.url, secret } }), { mode: 0o600 });
    const option = await own(aws, '--secret', secret);
    const environment = await own({ ...aws, LICENSE_SERVER_SECRET: secret });
    const profile = await own({ ...aws, LICENSE_SERVER_PROFILES: profiles }, '--profile', 'back');
    for (const { code, stdout } of [option, environment, profile])
      expect([code, stdout]).toEqual([0, expect.stringMatching(/^role +operator$/m)]);
    expect(option.stdout + option.stderr).not.toContain('PRIVATE KEY');
  });

  it('give way to a key file that is named closer by', async () => {
    const { keyid, keyFile } = fixture;
    const env = { ...aws, LICENSE_SERVER_SECRET: 'nowhere' };
    const { stdout } = await own(env, '--keyid', keyid, '--key-file', keyFile);
    expect(stdout).toMatch(/^application +desk$/m);
  });

  it('are either a file or a secret', async () => {
    const { code, stderr } = await own(aws, '--secret', secret, '--key-file', fixture.keyFile);
    expect([code, stderr]).toEqual([2, expect.stringContaining('cannot be used with')]);
  });

  it.each([
    ['a secret that is not there', 'nowhere', {}, 'it does not exist in the region of AWS_REGION'],
    ['no region', 'nowhere', { AWS_REGION: '', AWS_DEFAULT_REGION: '' }, 'Set AWS_REGION, or use the ARN'],
  ])('name the remedy for %s', async (_what, id, env, remedy) => {
    const { code, stderr } = await own({ ...aws, AWS_CONFIG_FILE: '/nowhere', ...env }, '--secret', id);
    expect([code, stderr]).toEqual([2, expect.stringContaining(remedy)]);
  });

  it.each([
    ['ExpiredTokenException', 'have expired. Log in again'],
    ['AccessDeniedException', 'You need GetSecretValue'],
    ['ResourceNotFoundException', 'it does not exist in eu-north-1'],
  ])('name the remedy when AWS answers %s', async (type, remedy) => {
    const server = createServer((_, response) => {
      response.writeHead(400, { 'x-amzn-errortype': type, 'content-type': 'application/x-amz-json-1.1' });
      response.end(JSON.stringify({ __type: type, message: 'no' }));
    });
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    const port = Object(server.address()).port;
    const env = { ...aws, AWS_ENDPOINT_URL_SECRETS_MANAGER: `http://127.0.0.1:${port}` };
    const arn = 'arn:aws:secretsmanager:eu-north-1:123456789012:secret:hwf-AbCdEf';
    const { code, stderr } = await own(env, '--secret', arn);
    server.close();
    expect([code, stderr]).toEqual([2, expect.stringContaining(remedy)]);
  });

  it('that are no credentials are refused without being shown', async () => {
    const server = createServer((_, response) => {
      response.writeHead(200, { 'content-type': 'application/x-amz-json-1.1' });
      response.end(JSON.stringify({ SecretString: 'hunter2' }));
    });
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    const env = { ...aws, AWS_ENDPOINT_URL_SECRETS_MANAGER: `http://127.0.0.1:${Object(server.address()).port}` };
    const { code, stderr } = await own(env, '--secret', 'mine');
    server.close();
    expect([code, stderr]).toEqual([2, expect.stringContaining('expected JSON, {"keyid", "privateKey"}')]);
    expect(stderr).not.toContain('hunter2');
  });
});
