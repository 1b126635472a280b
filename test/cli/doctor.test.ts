import { join } from 'node:path';
import { CreateSecretCommand, RotateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { openStage, type StageAccess } from '../../cli/aws/stage-access.ts';
import type { CheckReport } from '../../cli/doctor/check.ts';
import { type Examination, examine } from '../../cli/doctor/examine.ts';
import { AppId } from '../../domain/kernel/ids.ts';
import { firstKeys } from '../../domain/trust/key-ring.ts';
import { setting } from '../../lambdas/platform/kernel/settings.ts';
import { type StreamPump, startStreamPump } from '../../local/stream-pump.ts';
import { tableName } from '../../local/table.ts';
import { announced, rings } from '../support/clients/rotation.ts';
import { captureOutput } from '../support/output.ts';
import { startServer, type TestServer } from '../support/server/server.ts';
import { type CliFixture, startCliFixture } from './cli-fixture.ts';

const hwf = AppId.parse('hwf');
const readOnly = ['settings', 'published-keys', 'headers', 'reads', 'stream', 'dead-letters'];
const throwAway = ['create-key', 'alias', 'audit', 'expiry-index', 'disable-key'];

describe('license-server doctor', () => {
  const output = captureOutput();
  let server: TestServer;
  let pump: StreamPump;
  let healthy: Examination;

  beforeAll(async () => {
    server = await startServer();
    pump = await startStreamPump({ runtime: server.world.runtime, tableName });
    healthy = {
      url: server.url,
      api: server.operator,
      fetch,
      aws: openStage('local'),
      rings: firstKeys,
      now: () => server.clock.at,
      pause: async () => await pump.drain(),
      throwAway: hwf,
      clientSecret: undefined,
    };
  });
  afterEach(() => {
    server.meter.fault = () => undefined;
  });
  afterAll(async () => {
    await pump.close();
    await server.close();
    output.restore();
  });

  const look = async (changes: Partial<Examination> = {}) => await examine({ ...healthy, ...changes });
  const failed = (reports: readonly CheckReport[]) =>
    reports.filter(({ result }) => result === 'failed').map(({ check }) => check);
  const detailOf = (reports: readonly CheckReport[], id: string) => reports.find(({ check }) => check === id)?.detail;
  const refused = (...commands: string[]) => {
    server.meter.fault = ({ command }) => (commands.includes(command) ? 'drop-before' : undefined);
  };
  const awsWith = (changes: Partial<StageAccess>): StageAccess => ({ ...healthy.aws, ...changes });

  describe('in a stage that works', () => {
    let outcome: Awaited<ReturnType<typeof examine>>;
    beforeAll(async () => {
      outcome = await look();
    });

    it('finds nothing wrong', () => {
      expect(outcome.reports.map(({ check, result, detail }) => [check, result, result === 'ok' || detail])).toEqual(
        [...readOnly, ...throwAway].map(check => [check, 'ok', true]),
      );
    });

    it('leaves one suspended enterprise behind, whose first key is disabled', async () => {
      const enterpriseId = outcome.left ?? '';
      await expect(server.operator.call('get-enterprise', { enterpriseId })).resolves.toMatchObject({
        status: 'suspended',
        signingKey: { generation: 2 },
      });
    });
  });

  it('changes nothing without --throw-away, and says which checks did not run', async () => {
    // What the test before it changed is still on its way to the audit trail.
    await pump.drain();
    const calls = await server.meter.of(async () => {
      const { reports, left } = await look({ throwAway: undefined });
      expect(reports.map(({ check, result }) => [check, result])).toEqual([
        ...readOnly.map(check => [check, 'ok']),
        ...throwAway.map(check => [check, 'not run']),
      ]);
      expect(left).toBeUndefined();
    });
    expect(calls.filter(({ command }) => /^(Put|Update|Delete|Create|Transact|Publish|Sign)/.test(command))).toEqual(
      [],
    );
  });

  describe('with one thing wrong', () => {
    const only = { throwAway: undefined };

    it('settings: names a function that a deployment has not reached', async () => {
      const name = 'license-server-local-refresh-key';
      const settings = await healthy.aws.settingsOf('refresh-key');
      server.world.aws.setSettings(name, {
        ...settings,
        TABLE_NAME: 'another',
        KEY_RINGS: JSON.stringify(rings({ root: announced })),
      });
      const { reports } = await look(only);
      server.world.aws.setSettings(name, settings);
      expect(failed(reports)).toEqual(['settings']);
      expect(detailOf(reports, 'settings')).toBe(
        'KEY_RINGS differs in refresh-key; TABLE_NAME differs in refresh-key; refresh-key has other KEY_RINGS than the file',
      );
    });

    it('settings: names functions whose Roots are not those of the rings', async () => {
      const settings = await healthy.aws.settingsOf('refresh-key');
      const ROOT_KEYS = (settings.ROOT_KEYS ?? '').replace('"generation":1', '"generation":7');
      const aws = awsWith({ settingsOf: async () => ({ ...settings, ROOT_KEYS }) });
      expect(detailOf((await look({ ...only, aws })).reports, 'settings')).toContain(
        'refresh-key has other ROOT_KEYS than the file',
      );
    });

    it('settings: fails for a function that is not there', async () => {
      const { reports } = await look({ ...only, aws: openStage('elsewhere') });
      expect(detailOf(reports, 'settings')).toContain('ResourceNotFoundException');
    });

    it('published-keys: the file is ahead of what get-trust publishes', async () => {
      const { reports } = await look({ ...only, rings: rings({ root: announced }) });
      expect(failed(reports)).toEqual(['settings', 'published-keys']);
      expect(detailOf(reports, 'published-keys')).toBe('Org hub: another ring of the Root');
    });

    it('headers: something between the functions and the client renames one', async () => {
      const renaming: typeof fetch = async (...request) => {
        const answer = await fetch(...request);
        const headers = new Headers(answer.headers);
        headers.set('x-amzn-remapped-cache-control', headers.get('cache-control') ?? '');
        headers.delete('cache-control');
        return new Response(answer.body, { status: answer.status, headers });
      };
      const { reports } = await look({ ...only, fetch: renaming });
      expect(failed(reports)).toEqual(['headers']);
      expect(detailOf(reports, 'headers')).toContain('has x-amzn-remapped-cache-control');
    });

    it('reads: names the operation whose read is refused', async () => {
      refused('QueryCommand');
      const { reports } = await look(only);
      expect(failed(reports)).toEqual(['reads']);
      expect(detailOf(reports, 'reads')).toMatch(/^list-alerts: .*; list-audit-events: /);
    });

    it('stream: Lambda cannot read the stream', async () => {
      const name = 'license-server-local-write-audit';
      server.world.aws.setEventSource(name, { State: 'Enabled', LastProcessingResult: 'PROBLEM: kms:Decrypt' });
      const { reports } = await look(only);
      server.world.aws.setEventSource(name, { State: 'Enabled', LastProcessingResult: 'OK' });
      expect([failed(reports), detailOf(reports, 'stream')]).toEqual([
        ['stream'],
        'write-audit: Enabled, PROBLEM: kms:Decrypt',
      ]);
    });

    it('stream: a consumer follows none', async () => {
      const { reports } = await look({ ...only, aws: awsWith({ streamConsumer: async () => undefined }) });
      expect(detailOf(reports, 'stream')).toContain('write-audit has no event source mapping');
    });

    it('dead-letters: a record is there', async () => {
      const client = new SQSClient({});
      const QueueUrl = setting(server.world.runtime, 'DEAD_LETTER_QUEUE');
      await client.send(new SendMessageCommand({ QueueUrl, MessageBody: '{}' }));
      client.destroy();
      const { reports } = await look(only);
      expect([failed(reports), detailOf(reports, 'dead-letters')]).toEqual([['dead-letters'], '1 records']);
    });
  });

  describe('with something wrong about a new enterprise', () => {
    const failedOnIt = (reports: readonly CheckReport[]) => failed(reports).filter(check => throwAway.includes(check));
    const checked = async (changes: Partial<Examination> = {}) => failedOnIt((await look(changes)).reports);

    it('create-key: KMS refuses the key', async () => {
      refused('CreateKeyCommand');
      const { reports, left } = await look();
      expect(failed(reports)).toEqual(expect.arrayContaining(['create-key', 'alias', 'audit', 'disable-key']));
      expect(detailOf(reports, 'create-key')).toMatch(/unavailable.*urn:request:/);
      expect(left).toBeUndefined();
    });

    it('alias: it leads to another kind of key', async () => {
      const enterpriseKey = async () => ({ enabled: false, kind: 'RSA_2048 SIGN_VERIFY' });
      expect(await checked({ aws: awsWith({ enterpriseKey }) })).toEqual(['alias']);
    });

    it('audit: no event arrives', async () => {
      server.meter.fault = ({ command, input }) =>
        /^(Put|Transact|Batch)/.test(command) && JSON.stringify(input).includes('"A#') ? 'drop-before' : undefined;
      expect(await checked({ pause: async () => {} })).toEqual(['audit']);
    });

    it('expiry-index: the sweep may not read it', async () => {
      server.clock.at += 3600;
      refused('QueryCommand');
      const { reports } = await look();
      expect(failed(reports)).toEqual(expect.arrayContaining(['expiry-index']));
      expect(detailOf(reports, 'expiry-index')).toContain('errorMessage');
    });

    it('disable-key: KMS refuses it each time', async () => {
      refused('DisableKeyCommand');
      const { reports } = await look();
      expect(failedOnIt(reports)).toEqual(['disable-key']);
      expect(detailOf(reports, 'disable-key')).toBe('the rotation was refused each time');
    });

    it('disable-key: the key is enabled all the same', async () => {
      const enterpriseKey = async () => ({ enabled: true, kind: 'ECC_NIST_P256 SIGN_VERIFY' });
      expect(await checked({ aws: awsWith({ enterpriseKey }) })).toEqual(['disable-key']);
    });
  });

  describe('of a client secret', () => {
    const Name = 'doctor/keys';
    let client: SecretsManagerClient;
    beforeAll(async () => {
      client = new SecretsManagerClient({});
      await client.send(new CreateSecretCommand({ Name, SecretString: '{}' }));
    });
    beforeEach(() => server.world.aws.setFunction('rotate-doctor', async () => ({})));
    afterAll(() => client.destroy());
    const examined = async () =>
      (await look({ throwAway: undefined, clientSecret: Name })).reports.find(({ check }) => check === 'client-secret');

    it('says that it does not rotate', async () => {
      expect(await examined()).toMatchObject({ result: 'failed', detail: 'rotation is off; it was never rotated' });
    });

    it('says that a rotation has not ended', async () => {
      server.world.aws.setFunction('rotate-doctor', async () => {
        throw new Error('it fails');
      });
      await client
        .send(
          new RotateSecretCommand({
            SecretId: Name,
            RotationLambdaARN: 'arn:aws:lambda:eu-central-1:000000000000:function:rotate-doctor',
            RotationRules: { AutomaticallyAfterDays: 20 },
          }),
        )
        .catch(() => undefined);
      expect(await examined()).toMatchObject({
        result: 'failed',
        detail: expect.stringContaining('a rotation is incomplete: a version is AWSPENDING only'),
      });
    });
  });
});

describe('the command license-server doctor', () => {
  let fixture: CliFixture;
  let pump: StreamPump;
  beforeAll(async () => {
    fixture = await startCliFixture();
    pump = await startStreamPump({ runtime: fixture.server.world.runtime, tableName });
  });
  afterAll(async () => {
    await pump.close();
    await fixture.close();
  });

  const doctor = async (...args: string[]) => {
    const aws = Object.entries(process.env).filter(([name]) => name.startsWith('AWS_'));
    const profiles = { LICENSE_SERVER_PROFILES: join(fixture.folder, 'profiles.json') };
    return await fixture.cliWith({ ...Object.fromEntries(aws), ...profiles }, 'doctor', ...args);
  };
  const ofStage = ['--stage', 'local', '--profile', 'operator'];

  it('prints a table of the checks, and ends with 0', async () => {
    const { code, stdout } = await doctor(...ofStage);
    expect(stdout).toMatch(/^check +result +detail +remedy +verifies that\nsettings +ok +\d+ functions agree/);
    expect(stdout).toMatch(/^create-key +not run +requires --throw-away/m);
    expect(code).toBe(0);
  });

  it('ends with 1 when a check fails, and tells programs what to do', async () => {
    const name = 'license-server-local-write-audit';
    fixture.server.world.aws.setEventSource(name, { State: 'Disabled', LastProcessingResult: 'No records' });
    const { code, stdout } = await doctor(...ofStage, '--json');
    fixture.server.world.aws.setEventSource(name, { State: 'Enabled', LastProcessingResult: 'OK' });
    const reports: CheckReport[] = JSON.parse(stdout);
    expect([code, reports.find(({ result }) => result === 'failed')]).toEqual([
      1,
      expect.objectContaining({ check: 'stream', remedy: expect.stringContaining('kms:Decrypt') }),
    ]);
  });

  it('creates an enterprise when it is asked to, and says how its keys are deleted', async () => {
    const { stdout, stderr } = await doctor(...ofStage, '--throw-away', '--application', 'desk', '--json');
    const reports: CheckReport[] = JSON.parse(stdout);
    expect(reports.find(({ check }) => check === 'create-key')?.result).toBe('ok');
    expect(stderr).toMatch(/The enterprise hub-\w+ is suspended[\s\S]*schedule-key-deletion/);
  });

  it.each([
    ['no stage', [], /--stage/],
    ['a stage that cannot be', ['--stage', 'Prod!', '--profile', 'operator'], /stage/],
    ['no application for the enterprise', [...ofStage, '--throw-away'], /--application/],
    ['a file of rings that is not there', [...ofStage, '--rings', '/nowhere/rings.json'], /use --rings/],
  ])('ends with 2 for %s', async (_title, args, message) => {
    const { code, stderr } = await doctor(...args);
    expect([code, stderr]).toEqual([2, expect.stringMatching(message)]);
  });

  it('ends with 3 when the server cannot be reached', async () => {
    const { code, stderr } = await doctor(...ofStage, '--url', 'http://127.0.0.1:9');
    expect([code, stderr]).toEqual([3, expect.stringContaining("can't be reached")]);
  });
});
