import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { PurgeQueueCommand, SQSClient } from '@aws-sdk/client-sqs';
import { DeleteCommand, DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { verifyTrail } from '../../../domain/audit/verify-trail.ts';
import { bucketOf } from '../../../domain/kernel/ids.ts';
import { startOfDay } from '../../../domain/kernel/time.ts';
import { handler } from '../../../lambdas/platform/audit/scheduled/seal-audit/handler.ts';
import { sendToDeadLetters } from '../../../lambdas/platform/storage/stream-dead-letters.ts';
import type { Fault } from '../../support/aws/meter.ts';
import { captureOutput } from '../../support/output.ts';
import { sweptUpTo } from '../../support/server/sweeps.ts';
import { day, monthsFrom, type SealedTrail, startSealedTrail } from './sealed-trail.ts';
import { monthCopies, sha256 } from './trail-of.ts';

describe('the schedule seal-audit', () => {
  let output: ReturnType<typeof captureOutput>;
  let world: SealedTrail;
  let first: string;
  let second: string;
  let third: string;

  beforeEach(async () => {
    output = captureOutput();
    world = await startSealedTrail();
    [first, second, third] = monthsFrom(world.server.clock.at);
    await world.seal();
  });
  afterEach(async () => {
    await world.close();
    output.restore();
  });

  /** Noon of a day of a month. */
  async function goTo(month: string, date: number): Promise<void> {
    await world.goTo(Number(month.slice(0, 4)), Number(month.slice(4)), date);
  }

  async function verdict(...months: string[]) {
    return verifyTrail({ months: monthCopies(await world.files(...months)) }, sha256);
  }

  it('seals a month on the fifth day after it, with every event of it', async () => {
    await world.deliver();
    const listed = await world.server.operator.call('list-audit-events', { month: first, limit: 100 });
    await goTo(second, 5);
    await world.seal();
    expect(await world.files(first)).toEqual(new Map());
    await goTo(second, 6);
    await world.seal();
    expect(await verdict(first)).toMatchObject({ org: 'hub', months: 1, events: listed.events.length });
  });

  it('waits until the sweep has passed the end of the month, however late that is', async () => {
    await world.deliver();
    await goTo(second, 20);
    await sweptUpTo(world.server, startOfDay(`${second}01`) - 3600);
    await world.seal();
    expect(await world.files(first)).toEqual(new Map());
    await sweptUpTo(world.server, startOfDay(`${second}01`));
    await world.seal();
    expect(await verdict(first)).toMatchObject({ months: 1, lastSeal: { month: first } });
  });

  it('catches up month by month, each seal naming the one before', async () => {
    await world.deliver();
    await goTo(second, 20);
    await world.change();
    await world.deliver();
    await goTo(third, 20);
    await world.change();
    await world.deliver();
    world.server.clock.at += 40 * day;
    await sweptUpTo(world.server, world.server.clock.at);
    await world.seal();
    expect(await verdict(first, second, third)).toMatchObject({ months: 3, lastSeal: { month: third } });
    expect(await verdict(second, third)).toMatchObject({ fault: { what: 'months-cut' } });
  });

  it('goes on where it was interrupted, and makes the same bytes', async () => {
    await world.deliver();
    await goTo(second, 8);
    for (let nth = 1; nth <= 9; nth += 2)
      await expect(world.server.meter.faulty(dieAt(nth), async () => await world.seal())).rejects.toThrow();
    await world.seal();
    const files = await world.files(first);
    expect(await verdict(first)).toMatchObject({ months: 1, lastSeal: { month: first } });
    await world.seal();
    expect(await world.files(first)).toEqual(files);
  });

  it('stops in time, and goes on the next day', async () => {
    await world.deliver();
    await goTo(second, 8);
    const { runtime } = world.server.world;
    let at = world.server.clock.at;
    const slow = {
      ...runtime,
      now: () => {
        at += 20;
        return at;
      },
    };
    await handler.on(slow)({});
    expect((await world.files(first)).has(`${first}/seal.json`)).toBe(false);
    for (let run = 0; run < 6; run++) await handler.on(slow)({});
    expect(await verdict(first)).toMatchObject({ months: 1 });
  });

  it('a run that was held up and overtaken writes nothing more', async () => {
    await world.deliver();
    await goTo(second, 8);
    const [held, released] = [Promise.withResolvers<undefined>(), Promise.withResolvers<undefined>()];
    let writes = 0;
    const slow: Fault = async ({ command }) => {
      if (!/^Put(Item|Object)Command$/.test(command)) return undefined;
      writes += 1;
      held.resolve(undefined);
      return await released.promise;
    };
    const late = world.server.meter.faulty(slow, async () => await world.seal());
    await held.promise;
    await world.seal();
    const files = await world.files(first);
    released.resolve(undefined);
    await late;
    // The write that it was held at, and the record that was refused.
    expect(writes).toBeLessThanOrEqual(3);
    expect(await world.files(first)).toEqual(files);
  });

  it('of two runs at once one seals and the other stops, without harm', async () => {
    await world.deliver();
    await goTo(second, 8);
    await Promise.all([world.seal(), world.seal()]);
    await world.seal();
    expect(await verdict(first)).toMatchObject({ months: 1, lastSeal: { month: first } });
  });

  it('waits while an event is missing and says so, until it can be on its way no longer', async () => {
    await world.change();
    await world.change();
    await world.deliver();
    const gone = await withoutEvent(2);
    await goTo(second, 6);
    await expect(world.seal()).rejects.toMatchObject({
      errors: [expect.objectContaining({ message: expect.stringContaining(`site:${world.siteId} 2`) })],
    });
    expect((await world.files(first)).has(`${first}/seal.json`)).toBe(false);
    await goTo(second, 16);
    await world.seal();
    await goTo(third, 20);
    await world.seal();
    const fault = { what: 'event-removed', month: first, subject: gone.subject, seq: 2 };
    expect(await verdict(first, second)).toMatchObject({ fault });
  });

  it('seals what came late', async () => {
    await world.change();
    await world.change();
    await world.deliver();
    const gone = await withoutEvent(2);
    await goTo(second, 6);
    await expect(world.seal()).rejects.toThrow();
    await gone.bringBack();
    await goTo(second, 7);
    await world.seal();
    expect(await verdict(first)).toMatchObject({ months: 1 });
  });

  it('waits while there are dead letters: an event may be among them, and no gap shows the last one of a subject', async () => {
    await world.change();
    const { runtime } = world.server.world;
    await sendToDeadLetters(runtime, { consumer: 'write-audit', fault: 'PoisonRecordError', record: {} });
    await goTo(second, 6);
    await expect(world.seal()).rejects.toMatchObject({
      errors: [expect.objectContaining({ message: expect.stringContaining('dead-letter queue') })],
    });
    expect(await world.files(first)).toEqual(new Map());
    await world.deliver();
    await emptyDeadLetters();
    await goTo(second, 9);
    await world.seal();
    const listed = await world.server.operator.call('list-audit-events', { month: first, limit: 100 });
    expect(await verdict(first)).toMatchObject({ months: 1, events: listed.events.length });
  });

  it('seals when no dead letter can be of that month any longer', async () => {
    await world.deliver();
    await sendToDeadLetters(world.server.world.runtime, {
      consumer: 'write-audit',
      fault: 'PoisonRecordError',
      record: {},
    });
    await goTo(second, 16);
    await world.seal();
    expect(await verdict(first)).toMatchObject({ months: 1 });
  });

  /** A person has given it all back. */
  async function emptyDeadLetters(): Promise<void> {
    const QueueUrl = world.server.world.runtime.env.DEAD_LETTER_QUEUE;
    await new SQSClient({}).send(new PurgeQueueCommand({ QueueUrl }));
  }

  /** Removes an event of the site from the table, as only a database administrator could. */
  async function withoutEvent(seq: number) {
    const subject = `site:${world.siteId}`;
    const Key = { pk: `A#hub#${bucketOf(subject)}#${first}`, sk: `${subject}#${String(seq).padStart(10, '0')}` };
    const documents = DynamoDBDocumentClient.from(new DynamoDBClient({}));
    const TableName = world.server.world.runtime.env.TABLE_NAME;
    const { Attributes: Item } = await documents.send(new DeleteCommand({ TableName, Key, ReturnValues: 'ALL_OLD' }));
    expect(Item).toMatchObject({ seq });
    return { subject, bringBack: async () => await documents.send(new PutCommand({ TableName, Item })) };
  }
});

/** The function is struck at its nth write, whatever it writes to. */
function dieAt(nth: number): Fault {
  let seen = 0;
  return ({ command, attempt }) => {
    if (!/^Put(Item|Object)Command$/.test(command)) return undefined;
    if (attempt === 1) seen += 1;
    return seen === nth ? 'drop-before' : undefined;
  };
}
