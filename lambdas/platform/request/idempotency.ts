import { createHash, createHmac } from 'node:crypto';
import type { Caller } from '../../../domain/identity/policy.ts';
import { Refusal } from '../../../domain/kernel/refusal.ts';
import type { IdempotencyRecord } from '../changes/change.ts';
import { headerValues, type PipelineState } from './pipeline-state.ts';

const shape = /^[A-Za-z0-9_-]{22,64}$/;
const fewestDistinctCharacters = 8;

/** Reads the Idempotency-Key of a mutation: at least 122 random bits, such as a UUID version 4. @throws invalid-request */
export function readIdempotencyKey(state: PipelineState): string {
  const [key = '', ...others] = headerValues(state.event, 'idempotency-key');
  const detail = !key
    ? 'is missing'
    : others.length > 0
      ? 'must not occur twice'
      : shape.test(key)
        ? ''
        : 'must be 22 to 64 characters of A-Z a-z 0-9 - _';
  const weak = detail || new Set(key).size >= fewestDistinctCharacters ? detail : 'must be random: at least 122 bits';
  if (weak)
    throw new Refusal(
      'invalid-request',
      'The Idempotency-Key is missing or invalid: expected a random value of at least 122 bits.',
      [{ pointer: '#/headers/idempotency-key', detail: weak }],
    );
  return key;
}

/** Returns the idempotency record of a request. It has hashes only: the table never holds an Idempotency-Key or a body. */
export function idempotencyRecordOf(state: PipelineState, caller: Caller, idempotencyKey: string): IdempotencyRecord {
  const { method, path } = { method: state.event.httpMethod, path: state.event.requestContext.path };
  const requestHash = createHmac('sha256', idempotencyKey)
    .update(`${method} ${path}\n`)
    .update(state.body)
    .digest('base64url');
  const idempotencyHash = idempotencyHashOf(idempotencyKey);
  return { org: caller.org, app: caller.app, operation: state.contract.id, idempotencyHash, requestHash };
}

/** Returns the stored hash of an Idempotency-Key: SHA-256, base64url. */
export function idempotencyHashOf(idempotencyKey: string): string {
  return createHash('sha256').update(idempotencyKey).digest('base64url');
}
