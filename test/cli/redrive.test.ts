import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { setting } from '../../lambdas/platform/kernel/settings.ts';
import { run, StartFixture } from '../local/start-fixture.ts';
import { redrive } from '../support/aws/redrive.ts';
import { captureOutput } from '../support/output.ts';
import { runFunction, streamOf } from '../support/server/functions.ts';
import { startServer, type TestServer } from '../support/server/server.ts';

const name = 'dormant#site:hub-aaaaaaaaaaaaaaaa-bcccccccccccccccc';
const [, subject = ''] = name.split('#');
const alert = {
  pk: 'N#hub#20261121',
  sk: name,
  reason: 'dormant',
  subject,
  detail: '',
  firstAt: 1,
  lastAt: 1,
  times: 1,
};

describe('license-server redrive', () => {
  const output = captureOutput();
  let server: TestServer;
  beforeAll(async () => {
    server = await startServer();
  });
  afterEach(() => {
    server.meter.fault = () => undefined;
  });
  afterAll(async () => {
    await server.close();
    output.restore();
  });

  /** As when SNS was down for a day. */
  async function sendAlertToDeadLetters(): Promise<void> {
    server.meter.fault = ({ command }) => (command === 'PublishCommand' ? 'drop-before' : undefined);
    const [record] = streamOf([alert]).Records;
    const old = { ...record?.dynamodb, ApproximateCreationDateTime: server.clock.at - 86_400 };
    await runFunction(server, 'deliver-alerts', { Records: [{ ...record, dynamodb: old }] });
  }

  it('lists what is there without giving it back or showing what is in it, and leaves it for others to see', async () => {
    await sendAlertToDeadLetters();
    for (let time = 0; time < 2; time++) {
      const { code, stdout } = await redrive('--dry-run');
      expect(code).toBe(0);
      expect(stdout.trim().split('\n')).toEqual(['deliver-alerts  0  TimeoutError: in the queue', '1 in the queue']);
    }
    expect((await redrive('--dry-run', '--show')).stdout).toContain(subject);
    expect(server.world.notices.deadLetters()).toHaveLength(1);
    expect(server.world.notices.delivered('alerts')).toEqual([]);
  });

  it('leaves a record that fails again in the queue, without a second copy', async () => {
    server.meter.fault = ({ command }) => (command === 'PublishCommand' ? 'drop-before' : undefined);
    const { code, stdout } = await redrive();
    expect([code, stdout]).toEqual([
      1,
      expect.stringContaining('TimeoutError: failed again, see the log of the consumer'),
    ]);
    expect(server.world.notices.deadLetters()).toHaveLength(1);
  });

  it('gives back what works now, under the id that it always had', async () => {
    const { code, stdout } = await redrive();
    expect([code, stdout]).toEqual([0, expect.stringContaining('1 redelivered, 0 remaining')]);
    expect(server.world.notices.deadLetters()).toEqual([]);
    const id = Buffer.from(`20261121#${name}`).toString('base64url');
    expect(server.world.notices.delivered('alerts').map(({ attributes }) => attributes.id)).toEqual([id]);
  });

  it('leaves a message alone that is no record of ours, and invokes no other function for it', async () => {
    const client = new SQSClient({});
    const QueueUrl = setting(server.world.runtime, 'DEAD_LETTER_QUEUE');
    let invoked = 0;
    server.world.aws.setFunction('license-server-local-set-up-trust', async () => ({
      batchItemFailures: [],
      at: ++invoked,
    }));
    for (const body of ['{}', '{"consumer":"set-up-trust","fault":"PoisonRecordError","record":{}}'])
      await client.send(new SendMessageCommand({ QueueUrl, MessageBody: body }));
    client.destroy();
    const { code, stdout } = await redrive();
    expect(code).toBe(1);
    expect(stdout).toContain('unknown message: skipped');
    expect(invoked).toBe(0);
    expect(stdout).toContain('0 redelivered, 2 remaining');
    expect(server.world.notices.deadLetters()).toHaveLength(2);
  });

  it.each([
    [[], /--stage/],
    [['--stage', 'Prod!'], /lower-case letters/],
    [['--stage', 'elsewhere'], /queue/i],
  ])('says what is wrong with %j', async (args, message) => {
    const aws = Object.entries(process.env).filter(([variable]) => variable.startsWith('AWS_'));
    const { code, stderr } = await run(['cli/license-server.ts', 'redrive', ...args], Object.fromEntries(aws));
    expect([code, stderr]).toEqual([2, expect.stringMatching(message)]);
  });
});

describe('npm start', () => {
  const starts = new StartFixture();
  afterAll(() => starts.close());

  it('tells the shell where its queue and its functions are', async () => {
    const folder = starts.newFolder();
    const started = await starts.start(folder);
    const lines = readFileSync(join(folder, 'aws.env'), 'utf8').trim().split('\n');
    const variables = lines.map(line => /^export (AWS_\w+)='(.*)'$/.exec(line)?.slice(1) ?? []);
    const { code, stdout } = await run(
      ['cli/license-server.ts', 'redrive', '--stage', 'local', '--dry-run'],
      Object.fromEntries(variables),
    );
    await started.end();
    expect([code, stdout.trim()]).toEqual([0, '0 in the queue']);
  });
});
