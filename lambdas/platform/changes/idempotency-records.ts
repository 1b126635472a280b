import * as z from 'zod';
import { EnterpriseId, Jti, SiteId } from '../../../domain/kernel/ids.ts';
import { Refusal } from '../../../domain/kernel/refusal.ts';
import { day, type Seconds } from '../../../domain/kernel/time.ts';
import type { Runtime } from '../kernel/runtime.ts';
import { absent, anyOf, compare } from '../storage/condition-expression.ts';
import { type Item, type Key, table, type Write } from '../storage/table.ts';
import type { IdempotencyRecord, Outcome } from './change.ts';

const lifetimeSeconds = day;

const IdempotencyItem = z.object({
  requestHash: z.string(),
  endsAt: z.number(),
  outcome: z.union([
    z.object({ answer: z.looseObject({}) }),
    z.object({ site: SiteId.optional(), enterprise: EnterpriseId.optional(), jti: Jti.optional() }),
  ]),
});

export function idempotencyRecordKey({
  org,
  app,
  idempotencyHash,
}: Pick<IdempotencyRecord, 'org' | 'app' | 'idempotencyHash'>): Key {
  return { pk: `I#${org}#${app}#${idempotencyHash}`, sk: '#' };
}

/** @throws idempotency-key-reused when this Idempotency-Key belongs to another request */
export async function findIdempotencyRecord(
  runtime: Runtime,
  record: IdempotencyRecord,
  at: Seconds,
): Promise<Outcome | undefined> {
  const item = await table(runtime).get(idempotencyRecordKey(record), { consistent: true });
  return item && outcomeOf(item, record, at);
}

/** Returns the outcome of a record. DynamoDB deletes expired items late, so the expiry is checked here. @throws idempotency-key-reused */
export function outcomeOf(item: Item, record: IdempotencyRecord, at: Seconds): Outcome | undefined {
  const { requestHash, endsAt, outcome } = IdempotencyItem.parse(item);
  if (endsAt <= at) return undefined;
  if (requestHash !== record.requestHash)
    throw new Refusal(
      'idempotency-key-reused',
      'The Idempotency-Key was already used for a different request. Generate a new one.',
    );
  return outcome;
}

/** Returns the write of an idempotency record; it fails when the same Idempotency-Key was used before. */
export function saveIdempotencyRecord(record: IdempotencyRecord, outcome: Outcome, at: Seconds): Write {
  const endsAt = at + lifetimeSeconds;
  const { operation, requestHash } = record;
  return {
    put: { ...idempotencyRecordKey(record), operation, requestHash, outcome, endsAt, ttl: endsAt },
    onlyIf: { expression: anyOf(absent('pk'), compare('endsAt', '<=', ':at')), values: { ':at': at } },
  };
}
