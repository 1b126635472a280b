import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { bundleRotation } from '../../scripts/build-client-secrets.ts';
import type { HeldKey } from '../../sdk/keys/keyring.ts';
import { type LossyProxy, startLossyProxy } from '../support/aws/lossy-proxy.ts';
import {
  functionArn,
  profile,
  type RotatingAccount,
  spoilProfile,
  startAccount,
} from '../support/clients/rotating-site.ts';
import { captureOutput } from '../support/output.ts';
import { type FunctionProcess, startFunctionProcess } from '../support/server/function-process.ts';
import { startInstance } from '../support/server/instance.ts';
import { startServer, type TestServer } from '../support/server/server.ts';

const built = fileURLToPath(new URL('../../build/rotation-bundle', import.meta.url));
const steps = ['createSecret', 'setSecret', 'testSecret', 'finishSecret'] as const;
const outcomes = ['staged', 'nothing-to-do', 'valid', 'current'];

describe('the rotation function, as it is deployed', () => {
  const output = captureOutput();
  let server: TestServer;
  let proxy: LossyProxy;
  let account: RotatingAccount;
  let running: FunctionProcess;
  /** the log of those that have ended */
  const former: string[] = [];
  let refs = 0;
  let name: string;
  let first: HeldKey;

  beforeAll(async () => {
    await bundleRotation(built);
    server = await startServer();
    server.meter.records = false;
    proxy = await startLossyProxy(server.url);
    account = await startAccount(server, await startInstance(server), proxy.url);
    running = await start();
  });
  beforeEach(async () => {
    account.invoke = async event => await running.invoke(event);
    name = `plant-${refs++}`;
    const input = { enterpriseId: account.enterpriseId, siteRef: name, state: 'active', mode: 'dev' } as const;
    first = await account.keyring.obtain(name, 'create-site', input);
    await server.world.aws.secrets.rotationsSettled();
  });
  afterAll(async () => {
    await running.end();
    await proxy.close();
    await server.close();
    output.restore();
    rmSync(built, { recursive: true, force: true });
  });

  const start = async (more: Readonly<Record<string, string>> = {}) =>
    await startFunctionProcess(join(built, 'index.mjs'), functionArn, server.clock.at, {
      AWS_REGION: 'eu-central-1',
      AWS_ACCESS_KEY_ID: 'local',
      AWS_SECRET_ACCESS_KEY: 'local',
      AWS_ENDPOINT_URL_SECRETS_MANAGER: server.world.aws.endpoint,
      LICENSE_ROOT: JSON.stringify([server.world.root]),
      LICENSE_PROFILE: profile,
      ...more,
    });

  async function restart(more?: Readonly<Record<string, string>>): Promise<void> {
    former.push(...running.log());
    await running.end();
    running = await start(more);
  }

  /** Lines of this secret that are JSON and nothing else, as a metric filter of CloudWatch reads them. */
  const told = () =>
    running
      .log()
      .filter(line => line.startsWith('{'))
      .map(line => JSON.parse(line))
      .filter(({ secret }) => secret.includes(`/${name}-`));
  const outcomesOf = () => told().map(({ outcome, code }) => outcome ?? code);

  async function endsWith(generation: number): Promise<void> {
    const held = await account.keyring.current(name);
    const validity = await server.operator.call('check-validity', { key: held?.key ?? '' });
    const labels = Object.values(await account.stages(name)).flat();
    expect([held?.claims, validity.valid, labels]).toMatchObject([
      { sub: first.claims.sub, gen: generation },
      true,
      {},
    ]);
    expect(labels).not.toContain('AWSPENDING');
  }

  it('takes all four steps: a new key, and the old one is dead', async () => {
    expect(await account.rotate(name)).toBe(true);
    expect(outcomesOf().slice(1)).toEqual(outcomes);
    await endsWith(2);
    expect((await server.operator.call('check-validity', { key: first.key })).valid).toBe(false);
  });

  it.each(steps)('repeats %s without harm', async repeated => {
    account.invoke = async event => {
      await running.invoke(event);
      if (event.Step === repeated) await running.invoke(event);
    };
    await account.rotate(name);
    await endsWith(2);
  });

  it('gets the same key when answers are lost, by its own retries or by the next rotation', async () => {
    proxy.left.clear();
    proxy.losses.push('answer lost');
    await account.rotate(name);
    await endsWith(2);
    proxy.losses.push('answer lost', 'answer torn', 'answer lost');
    await account.rotate(name);
    expect(outcomesOf().at(-1)).toBe('TypeError');
    await account.rotate(name);
    await endsWith(3);
    expect(proxy.left.size).toBe(2);
  });

  it('dies when the key was made: the next process gets the same one', async () => {
    proxy.left.clear();
    proxy.onLoss = () => running.kill();
    proxy.losses.push('answer lost');
    await account.rotate(name);
    proxy.onLoss = () => {};
    await restart();
    await account.rotate(name);
    await endsWith(2);
    expect(proxy.left.size).toBe(1);
  });

  it('logs that another holder has refreshed, in a line that the metric filter of the alarm finds', async () => {
    await account.refreshElsewhere(first);
    await account.rotate(name);
    expect(told()).toContainEqual(expect.objectContaining({ level: 'ERROR', code: 'key-superseded' }));
  });

  it('takes the way by a proxy to the license server, and none to Secrets Manager', async () => {
    const asked: (string | undefined)[] = [];
    const way = createServer();
    way.on('connect', ({ url }, socket) => {
      asked.push(url);
      socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
    });
    await once(way.listen(0, '127.0.0.1'), 'listening');
    const { port } = Object(way.address());
    const restore = await spoilProfile(account, 'https://license-server.example/prod');
    await restart({ NODE_USE_ENV_PROXY: '1', HTTPS_PROXY: `http://127.0.0.1:${port}` });
    await account.rotate(name);
    expect([outcomesOf().at(-1), new Set(asked)]).toEqual(['TypeError', new Set(['license-server.example:443'])]);
    way.close();
    await restore();
    await restart();
    await account.rotate(name);
    await endsWith(2);
  });

  it.each([
    ['is not there', async () => 'http://127.0.0.1:1'],
    ['does not answer', async () => await silent()],
  ])('gives up, and says so, when Secrets Manager %s', async (_, endpoint) => {
    await restart({ AWS_ENDPOINT_URL_SECRETS_MANAGER: await endpoint(), AWS_MAX_ATTEMPTS: '1' });
    const event = { Step: 'createSecret', SecretId: `arn:…/${name}-x`, ClientRequestToken: crypto.randomUUID() };
    await expect(running.invoke(event)).rejects.toThrow('Secrets Manager does not answer');
    expect(outcomesOf()).toEqual(['secrets-manager-unreachable']);
    await restart();
  });

  async function silent(): Promise<string> {
    const hanging = createServer(() => {});
    await once(hanging.listen(0, '127.0.0.1'), 'listening');
    hanging.unref();
    return `http://127.0.0.1:${Object(hanging.address()).port}`;
  }

  it('logs no key, no Idempotency-Key and no private key', async () => {
    await account.rotate(name);
    const secrets = await account.everySecret();
    const log = [...former, ...running.log()].join('\n');
    expect(secrets.length).toBeGreaterThan(20);
    expect(log).toContain('Invoke Error');
    expect(secrets.filter(secret => log.includes(secret))).toEqual([]);
    expect(log).not.toMatch(/eyJ|PRIVATE KEY/);
  });
});
