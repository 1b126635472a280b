import { randomUUID } from 'node:crypto';
import { type OperationId, operations } from '../../../lambdas/operations.ts';
import { requestOf } from '../../../sdk/client.ts';
import { examples } from '../operations/examples.ts';
import type { Stage } from '../operations/operations-fixture.ts';
import { contentHeaders, signed, type Unsigned } from './signed.ts';
import { host, send, stage as stageName, type WireAnswer } from './wire.ts';

/** A good request of an operation in its parts, to be spoilt in one of them and then signed for good. */
export interface Parts {
  readonly id: OperationId;
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly body: Readonly<Record<string, unknown>>;
  readonly takesBody: boolean;
  readonly changes: boolean;
}

export async function partsOf(stage: Stage, id: OperationId): Promise<Parts> {
  const { method, url, body } = requestOf(`https://${host}/${stageName}`, id, { ...(await examples[id].input(stage)) });
  const { pathname, search } = new URL(url);
  const { effect } = operations[id].contract;
  return {
    id,
    method,
    path: pathname.slice(`/${stageName}`.length),
    query: search.slice(1),
    body: Object(JSON.parse(body ?? '{}')),
    takesBody: body !== undefined,
    changes: effect !== 'read',
  };
}

/** Signs with the right key whatever is asked, so that nothing but the fault itself is wrong. */
export async function ask(stage: Stage, parts: Parts, spoilt: Partial<Unsigned> = {}): Promise<WireAnswer> {
  const { method, path, query } = parts;
  const body = spoilt.body ?? (parts.takesBody ? JSON.stringify(parts.body) : '');
  const headers = {
    ...(body.length > 0 && contentHeaders(body)),
    ...(parts.changes && { 'idempotency-key': randomUUID() }),
  };
  const { by } = examples[parts.id];
  const key = by === 'anyone' ? stage.app.key : stage[by].key;
  const request = await signed({ method, path, query, headers, ...spoilt, body }, { key, at: stage.server.clock.at });
  return await send(stage.server, request, parts.id);
}
