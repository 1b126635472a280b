import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  AppId,
  bucketOf,
  buckets,
  newEnterpriseId,
  newSiteId,
  OrgId,
  Subject,
  subjectOf,
} from '../../domain/kernel/ids.ts';
import { dayOf, monthOf } from '../../domain/kernel/time.ts';
import { embeddedAuditEvent } from '../../lambdas/platform/audit/audit-event.ts';
import { auditSubjectOf } from '../../lambdas/platform/audit/audited-item.ts';
import type { Item, Key } from '../../lambdas/platform/storage/table.ts';
import { redrive } from '../support/aws/redrive.ts';
import { barCount } from '../support/bar-count.ts';
import { captureOutput } from '../support/output.ts';
import { seeded } from '../support/seeded.ts';
import { type FunctionId, runFunction, streamOf } from '../support/server/functions.ts';
import { alertIdOf, ledgerOf, unmeteredTable } from '../support/server/ledger.ts';
import { startServer, type TestServer } from '../support/server/server.ts';

const seed = 20261112;
const count = barCount(10_000, 2_000);
/** As the stack's mappings. */
const batchSize = 100;
/** Of ten records: changes with an audit event, alerts, and what neither consumer cares for. */
const mix = ['audited', 'audited', 'audited', 'alert', 'alert', 'other', 'other', 'other', 'other', 'other'] as const;
const hub = OrgId.parse('hub');

const without = (items: readonly Item[], item: Item) => items.filter(other => other !== item);

describe(`one poison record in ${count} (bar R12, seed ${seed})`, () => {
  const output = captureOutput();
  const generator = seeded(seed);
  const randomBytes = (length: number) => Uint8Array.from({ length }, () => generator.below(256));
  let server: TestServer;
  let items: readonly Item[];

  beforeAll(async () => {
    server = await startServer();
    server.meter.records = false;
    const make = { audited: auditedItem, alert: alertItem, other: nonceItem };
    items = Array.from({ length: count }, () => make[generator.pick(mix)](server.clock.at));
  });
  afterAll(async () => {
    await server.close();
    output.restore();
  });

  /** Gives a consumer all records as Lambda does. @returns how many batches that took */
  async function deliver(id: FunctionId): Promise<number> {
    const { Records } = streamOf(items);
    let batches = 0;
    for (let from = 0; from < count; batches++) {
      const answer = Object(await runFunction(server, id, { Records: Records.slice(from, from + batchSize) }));
      const [failure] = answer.batchItemFailures;
      if (failure && Number(failure.itemIdentifier) === from) throw new Error(`${id} is blocked at record ${from}`);
      from = failure ? Number(failure.itemIdentifier) : from + batchSize;
    }
    return batches;
  }

  const deadLetters = () => server.world.notices.deadLetters().map(body => JSON.parse(body));
  const recordOf = (item: Item) => streamOf(items).Records[items.indexOf(item)];

  it('does not keep the audit writer from the others, and is written once the trail is repaired', async () => {
    const mine = items.filter(({ event }) => event !== undefined);
    const poison = generator.pick(mine);
    const place = placeOfEvent(poison, server.clock.at);
    const unseen = unmeteredTable(server);
    await unseen.commit([{ put: { ...place, hash: 'forged' } }]);
    expect(await deliver('write-audit')).toBe(count / batchSize);
    expect(await hashesInTrail()).toEqual(new Set(['forged', ...hashesOf(without(mine, poison))]));
    expect(deadLetters()).toEqual([{ consumer: 'write-audit', fault: 'PoisonRecordError', record: recordOf(poison) }]);

    expect(await redrive()).toMatchObject({ code: 1, stdout: expect.stringContaining('0 redelivered, 1 remaining') });
    expect(deadLetters()).toHaveLength(1);
    await unseen.commit([{ remove: place }]);
    expect(await redrive()).toMatchObject({ code: 0, stdout: expect.stringContaining('1 redelivered, 0 remaining') });
    expect(deadLetters()).toEqual([]);
    expect(await hashesInTrail()).toEqual(new Set(hashesOf(mine)));
  });

  /** An enterprise key as it is recorded, with its event in it. */
  function auditedItem(at: number): Item {
    const item: Item & Key = {
      pk: `E#${newEnterpriseId(hub, randomBytes(10))}`,
      sk: 'K#hwf',
      key: { g: 1, jti: 'jti' },
    };
    const about = auditSubjectOf(item);
    const actor = subjectOf.application(hub, AppId.parse('hwf'));
    const change = { operation: 'refresh-enterprise-key', actor, at, requestId: 'r' };
    return { ...item, ...embeddedAuditEvent(change, about?.subject ?? actor, 1, about?.details ?? {}, undefined) };
  }

  const hashesOf = (items: readonly Item[]) => items.map(({ event }) => String(Object(event).hash));

  function placeOfEvent({ pk, sk }: Item, at: number): Key {
    const subject = Subject.parse(`enterprise-key:${String(pk).slice(2)}/${String(sk).slice(2)}`);
    return { pk: `A#hub#${bucketOf(subject)}#${monthOf(at)}`, sk: `${subject}#0000000001` };
  }

  async function hashesInTrail(): Promise<Set<string>> {
    const events = await Promise.all(
      buckets.map(async bucket => await ledgerOf(server).all(`A#hub#${bucket}#${monthOf(server.clock.at)}`)),
    );
    return new Set(events.flat().map(({ hash }) => String(hash)));
  }

  it('does not keep the other alerts from their readers, and is delivered once SNS takes it', async () => {
    const mine = items.filter(({ pk }) => String(pk).startsWith('N#'));
    const poison = generator.pick(mine);
    server.meter.fault = ({ command, input }) => {
      if (command === 'PublishCommand' && Object(input.MessageAttributes).id?.StringValue === idOf(poison))
        throw Object.assign(new Error('Invalid parameter'), { name: 'InvalidParameterException' });
      return undefined;
    };
    expect(await deliver('deliver-alerts')).toBe(count / batchSize);
    expect(delivered()).toEqual(without(mine, poison).map(idOf));
    expect(deadLetters()).toEqual([
      { consumer: 'deliver-alerts', fault: 'PoisonRecordError', record: recordOf(poison) },
    ]);

    expect(await redrive()).toMatchObject({ code: 1 });
    expect(deadLetters()).toHaveLength(1);
    server.meter.fault = () => undefined;
    expect(await redrive()).toMatchObject({ code: 0 });
    expect(deadLetters()).toEqual([]);
    expect(delivered()).toEqual([...without(mine, poison), poison].map(idOf));
  });

  function alertItem(at: number): Item {
    const subject = subjectOf.site(newSiteId(newEnterpriseId(hub, randomBytes(10)), randomBytes(10)));
    const [pk, sk] = [`N#hub#${dayOf(at)}`, `key-expired#${subject}`];
    return { pk, sk, reason: 'key-expired', subject, detail: '', firstAt: at, lastAt: at, times: 1 };
  }

  function nonceItem(): Item {
    return { pk: `I#hub#hwf#${Buffer.from(randomBytes(16)).toString('base64url')}`, sk: '#', ttl: 1 };
  }

  const idOf = ({ sk }: Item) => alertIdOf(dayOf(server.clock.at), String(sk));
  const delivered = () => server.world.notices.delivered('alerts').map(({ attributes }) => attributes.id);
});
