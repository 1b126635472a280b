import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { previousQuarter, quarterOf } from '../../domain/kernel/time.ts';
import { operations as table } from '../../lambdas/operations.ts';
import type { Item } from '../../lambdas/platform/storage/table.ts';
import type { SigningKey } from '../../sdk/signing-key.ts';
import type { FaultKind } from '../support/aws/aws-faults.ts';
import { type AwsCall, type Fault, Killed } from '../support/aws/meter.ts';
import { partsOf } from '../support/aws/write-units.ts';
import { captureOutput } from '../support/output.ts';
import { firstMoment } from '../support/server/first-moment.ts';
import { runFunction, streamOf } from '../support/server/functions.ts';
import { type Instance, operationIds, startInstance } from '../support/server/instance.ts';
import { type Ledger, ledgerOf } from '../support/server/ledger.ts';
import { startServer, type TestServer } from '../support/server/server.ts';
import { newWorker, type Worker } from '../support/server/worker.ts';
import { callAny, isMutation, mutations, withoutHistory } from '../support/tamper/mutations.ts';

const mutating = operationIds().filter(isMutation);
const auditedReads = operationIds().filter(id => 'isAudited' in table[id].contract);
const operations = mutating.filter(id => !withoutHistory.has(id));

describe('no answer without its audit (bar R20)', () => {
  const output = captureOutput();
  const written: Item[] = [];
  let server: TestServer;
  let ledger: Ledger;
  let worker: Worker;
  let instance: Instance;

  beforeAll(async () => {
    server = await startServer();
    ledger = ledgerOf(server);
    instance = await startInstance(server);
    worker = newWorker(server, await startInstance(server), 'r20');
  });
  afterAll(async () => {
    await server.close();
    output.restore();
  });

  it.each(operations)('%s records its event in the very item that it changes', async id => {
    const { key, input, subject, writes } = await mutations[id](worker);
    const calls = await server.meter.of(async () => {
      const answer = await callAny(instance.client(key), id, input);
      const item = await ledger.get(subject(answer));
      expect(item).toMatchObject({ seq: expect.any(Number), event: { action: id, hash: expect.any(String) } });
      expect(Object(item?.event).actor).toBe(`application:hub/${key.keyid.split('.')[1]}`);
    });
    const items = calls.flatMap(auditedPuts);
    expect(items.length).toBeGreaterThanOrEqual(writes);
    for (const { event } of items) expect(event).toMatchObject({ action: id });
  });

  it.each([...withoutHistory])('%s says in the alert itself who has reported it', async id => {
    const { key, input, subject } = await mutations[id](worker);
    const answer = await callAny(instance.client(key), id, input);
    expect(await ledger.get(subject(answer))).toMatchObject({
      seenBy: key.keyid.split('.')[1],
      seenAt: expect.any(Number),
    });
  });

  it.each(mutating)('%s gives no good answer when the write of its event fails', async id => {
    const { key, input } = await mutations[id](worker);
    const work = async () => await callAny(instance.client(key), id, input);
    await expect(server.meter.faulty(atEvent('drop-before'), work)).rejects.toMatchObject({ status: 503 });
  });

  it.each(mutating)('%s gives no answer while the write of its event hangs', async id => {
    const { key, input } = await mutations[id](worker);
    const work = async () => await callAny((await startInstance(server)).client(key), id, input);
    await expect(server.meter.faulty(atEvent('hang-before'), work)).rejects.toBeInstanceOf(Killed);
  });

  describe('a read of people', () => {
    const quarter = previousQuarter(quarterOf(firstMoment));
    let finance: SigningKey;
    beforeAll(async () => {
      ({ key: finance } = await server.register('finance', { modes: ['production'] }, { role: 'finance' }));
    });

    it.each(auditedReads)('%s records its event before it is answered', async id => {
      const calls = await server.meter.of(async () => {
        await callAny(instance.client(finance), id, { quarter });
        const item = await ledger.get({ pk: `R#hub#${quarter}`, sk: 'finance' });
        expect(item).toMatchObject({ event: { action: id, actor: 'application:hub/finance' } });
      });
      expect(calls.flatMap(auditedPuts)).toHaveLength(1);
    });

    it.each(auditedReads)(
      '%s gives no good answer when the write of its event fails, none while it hangs',
      async id => {
        const read = async () => await callAny((await startInstance(server)).client(finance), id, { quarter });
        await expect(server.meter.faulty(atEvent('drop-before'), read)).rejects.toMatchObject({ status: 503 });
        await expect(server.meter.faulty(atEvent('hang-before'), read)).rejects.toBeInstanceOf(Killed);
      },
    );
  });

  it('puts every event out once, as an item of its own, however often the stream delivers it', async () => {
    written.push(...server.meter.calls.filter(({ outcome }) => outcome === 'answered').flatMap(auditedPuts));
    expect(written.length).toBeGreaterThan(operations.length);
    for (let time = 0; time < 2; time++) {
      const answer = await runFunction(server, 'write-audit', streamOf(written));
      expect(answer).toEqual({ batchItemFailures: [] });
    }
    const events = await eventsOf(server);
    const expected = written.map(item => Object(item.event).hash);
    expect(events.map(({ hash }) => hash).sort()).toEqual([...new Set(expected)].sort());
  });

  it('links the events of each subject in one chain without gaps', async () => {
    const chains = Map.groupBy(await eventsOf(server), ({ subject }) => subject);
    expect(chains.size).toBeGreaterThan(operations.length);
    for (const [subject, events] of chains) {
      // The server's first operator and the test's applications were made before anybody watched.
      let { seq, previous } = events[0] ?? { seq: 1, previous: undefined };
      if (seq === 1) expect([subject, previous]).toEqual([subject, undefined]);
      for (const event of events) {
        expect([subject, event.seq, event.previous]).toEqual([subject, seq, previous]);
        expect([subject, seq, hashOf(event)]).toEqual([subject, seq, event.hash]);
        seq = event.seq + 1;
        previous = event.hash;
      }
    }
  });

  it('replaces no event by another one, and sends it to the dead letters', async () => {
    const [item] = written;
    const forged = {
      ...item,
      event: { ...Object(item?.event), actor: 'application:hub/mallory', hash: 'x'.repeat(43) },
    };
    const trail = await eventsOf(server);
    const answer = await runFunction(server, 'write-audit', streamOf([forged]));
    expect(answer).toEqual({ batchItemFailures: [] });
    expect(await eventsOf(server)).toEqual(trail);
    expect(server.world.notices.deadLetters().map(body => JSON.parse(body))).toMatchObject([
      { consumer: 'write-audit', fault: 'PoisonRecordError', record: { dynamodb: { SequenceNumber: '0' } } },
    ]);
  });
});

interface AuditEvent {
  readonly subject: string;
  readonly seq: number;
  readonly at: string;
  readonly actor: string;
  readonly action: string;
  readonly requestId: string;
  readonly details: Readonly<Record<string, string | number>>;
  readonly hash: string;
  readonly previous?: string | undefined;
}

/** As operators read them, all pages. */
async function eventsOf(server: TestServer): Promise<AuditEvent[]> {
  const operator = (await startInstance(server)).client(server.operatorKey);
  const events: AuditEvent[] = [];
  for (let after: string | undefined, more = true; more; more = after !== undefined) {
    const page = await operator.call('list-audit-events', { limit: 100, ...(after && { after }) });
    events.push(...page.events);
    after = page.next;
  }
  return events;
}

/** The rule of docs/ for verifiers, written again: SHA-256 over the event as JSON in this order, details sorted by name. */
function hashOf({ subject, seq, at, actor, action, requestId, details, previous = '' }: AuditEvent): string {
  const sorted = Object.entries(details).sort(([a], [b]) => (a < b ? -1 : 1));
  const event = [subject, seq, Date.parse(at) / 1000, actor, action, requestId, sorted, previous];
  return createHash('sha256').update(JSON.stringify(event)).digest('base64url');
}

/** Items with an event in them, alone or in a transaction. */
function auditedPuts({ command, input }: AwsCall): Item[] {
  const items = command === 'PutItemCommand' ? [Object(input.Item)] : partsOf(input).map(part => part.Put?.Item ?? {});
  return items.filter(({ event }) => event !== undefined);
}

/** Strikes every attempt of the write that carries the event, or the report: what the SDK sends has types around the values. */
function atEvent(kind: FaultKind): Fault {
  return ({ input }) => {
    const items = [Object(input.Item), ...partsOf(input).map(part => part.Put?.Item ?? {})];
    const isReport = partsOf(input).some(part => JSON.stringify(part.Update ?? '').includes('seenBy'));
    return isReport || items.some(({ event }) => event !== undefined) ? kind : undefined;
  };
}
