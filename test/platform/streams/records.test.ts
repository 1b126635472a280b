import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import * as z from 'zod';
import { PoisonRecordError } from '../../../lambdas/platform/storage/poison-record.ts';
import { eachRecord } from '../../../lambdas/platform/storage/stream-record.ts';
import { captureOutput } from '../../support/output.ts';
import { runFunction, streamOf } from '../../support/server/functions.ts';
import { startServer, type TestServer } from '../../support/server/server.ts';

const hour = 3600;

/** What consumers of the stream have in common, whatever they do. */
describe('a batch of the stream', () => {
  const output = captureOutput();
  let server: TestServer;
  beforeEach(async () => {
    server = await startServer();
  });
  afterEach(async () => {
    await server.close();
    output.restore();
  });

  const records = (count: number) => streamOf(Array.from({ length: count }, (_, i) => ({ pk: 'X', sk: String(i) })));
  const each = async (batch: Parameters<typeof eachRecord>[2], work: (sk: string) => void) =>
    await eachRecord(server.world.runtime, 'write-audit', batch, async ({ item }) => work(String(item.sk)));
  const deadLetters = () => server.world.notices.deadLetters().map(body => JSON.parse(body));

  it('stops at the first record that fails, so that a service that is down is asked once and not a hundred times', async () => {
    const seen: string[] = [];
    const answer = await each(records(100), sk => {
      seen.push(sk);
      if (sk === '3') throw new Error('down');
    });
    expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: '3' }] });
    expect(seen).toEqual(['0', '1', '2', '3']);
    expect(deadLetters()).toEqual([]);
  });

  it.each([new PoisonRecordError('wrong'), zodError()])(
    'goes on past a record that can never work, with its body kept: %s',
    async fault => {
      const answer = await each(records(5), sk => {
        if (sk === '2') throw fault;
      });
      expect(answer).toEqual({ batchItemFailures: [] });
      const record = records(5).Records[2];
      expect(deadLetters()).toEqual([{ consumer: 'write-audit', fault: fault.name, record }]);
    },
  );

  it('sends to the dead letters what has failed for almost as long as the stream keeps it', async () => {
    const at = server.clock.at;
    const aged = (age: number) => ({
      Records: records(1).Records.map(record => ({
        ...record,
        dynamodb: { ...record.dynamodb, ApproximateCreationDateTime: at - age },
      })),
    });
    const down = () => {
      throw new Error('down');
    };
    expect(await each(aged(22 * hour - 1), down)).toEqual({ batchItemFailures: [{ itemIdentifier: '0' }] });
    expect(deadLetters()).toEqual([]);
    expect(await each(aged(22 * hour), down)).toEqual({ batchItemFailures: [] });
    expect(deadLetters()).toMatchObject([{ fault: 'Error' }]);
  });

  it('ends by itself after a minute, before Lambda ends it and forgets what was done', async () => {
    const seen: string[] = [];
    const answer = await each(records(100), sk => {
      seen.push(sk);
      server.clock.at += 25;
    });
    expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: '3' }] });
    expect(seen).toHaveLength(3);
    server.clock.at += hour;
    const slow = await each(records(2), () => {
      server.clock.at += hour;
    });
    expect(slow).toEqual({ batchItemFailures: [{ itemIdentifier: '1' }] });
  });

  it('keeps a record in the stream when it cannot be sent to the dead letters', async () => {
    server.meter.fault = ({ command }) => (command === 'SendMessageCommand' ? 'drop-before' : undefined);
    const answer = await each(records(3), sk => {
      if (sk === '1') throw new PoisonRecordError('wrong');
    });
    expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: '1' }] });
  });

  it('sends no second dead letter when a redriven record fails', async () => {
    const poison = { Records: [{ dynamodb: 'no record' }] };
    for (const id of ['write-audit', 'deliver-alerts'] as const) {
      expect(await runFunction(server, id, { ...poison, redrive: true })).toEqual({
        batchItemFailures: [{ itemIdentifier: '' }],
      });
      expect(deadLetters()).toEqual([]);
    }
  });

  it('sends a notification that SNS refuses for good to the dead letters', async () => {
    const item = {
      pk: 'N#hub#20261121',
      sk: 'dormant#site:x',
      reason: 'dormant',
      subject: 'site:x',
      detail: '',
      firstAt: 1,
      lastAt: 1,
      times: 1,
    };
    server.meter.fault = ({ command }) => {
      if (command === 'PublishCommand') throw Object.assign(new Error('no'), { name: 'InvalidParameterException' });
      return undefined;
    };
    expect(await runFunction(server, 'deliver-alerts', streamOf([item]))).toEqual({ batchItemFailures: [] });
    expect(deadLetters()).toMatchObject([{ consumer: 'deliver-alerts', fault: 'PoisonRecordError' }]);
  });
});

/** As a parser throws it. */
function zodError(): Error {
  try {
    z.string().parse(1);
  } catch (error) {
    if (error instanceof Error) return error;
  }
  throw new Error('zod has changed');
}
