import '../platform/request/silence-logs.ts';
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { operations } from '../../lambdas/operations.ts';
import { createStage, type Stage } from '../platform/operations/operations-fixture.ts';
import { header, send, type WireRequest, withHeader } from '../platform/request/wire.ts';
import { startServer } from '../support/server/server.ts';
import { changesNothing, face, notBelieved, signedIds, unsent } from '../support/tamper/recorded-requests.ts';

/** One bit of one character: still a text that travels in a header. */
const bent = (text: string, at: number) =>
  text.slice(0, at) + String.fromCharCode(text.charCodeAt(at) ^ 1) + text.slice(at + 1);
const positions = (length: number, step = 1) => Array.from({ length: Math.ceil(length / step) }, (_, i) => i * step);

function bentBody(request: WireRequest, at: number): WireRequest {
  const body = new Uint8Array(request.body);
  body[at] = (body[at] ?? 0) ^ (1 << (at % 8));
  return { ...request, body };
}

/** As an attacker would: the digest is of the body that he sends. */
function digested(request: WireRequest): WireRequest {
  const digest = createHash('sha256').update(request.body).digest('base64');
  return withHeader(request, 'content-digest', `sha-256=:${digest}:`);
}

function* bodies(request: WireRequest): Iterable<WireRequest> {
  for (const at of positions(request.body.length)) yield bentBody(request, at);
  for (const at of positions(request.body.length, 29)) yield digested(bentBody(request, at));
  if (request.body.length > 0) yield digested({ ...request, body: request.body.subarray(1) });
  if (request.body.length > 0) yield { ...request, body: new Uint8Array() };
  yield digested({ ...request, body: Buffer.concat([request.body, Buffer.from(' ')]) });
}

function* headers(request: WireRequest): Iterable<WireRequest> {
  for (const [name, value] of request.headers) {
    yield withHeader(request, name, undefined);
    yield { ...request, headers: [...request.headers, [name, value]] };
    if (name === 'signature') continue;
    for (const at of positions(value.length)) yield withHeader(request, name, bent(value, at));
  }
}

function* signatures(request: WireRequest): Iterable<WireRequest> {
  const bytes = Buffer.from(header(request, 'signature').slice('sig=:'.length, -1), 'base64');
  for (const at of positions(bytes.length * 8, 5)) {
    const other = Buffer.from(bytes);
    other[at >> 3] = (other[at >> 3] ?? 0) ^ (1 << (at & 7));
    yield withHeader(request, 'signature', `sig=:${other.toString('base64')}:`);
  }
  for (const other of [bytes.subarray(1), Buffer.concat([bytes, Buffer.alloc(1)]), Buffer.alloc(64), Buffer.alloc(0)])
    yield withHeader(request, 'signature', `sig=:${other.toString('base64')}:`);
}

function* targets(request: WireRequest): Iterable<WireRequest> {
  for (const at of positions(request.host.length)) yield { ...request, host: bent(request.host, at) };
  for (const at of positions(request.path.length)) yield { ...request, path: bent(request.path, at) };
  for (const query of ['a=1', 'limit=11', 'z']) yield { ...request, query };
}

describe.each(['ed25519', 'p256'] as const)('R16: a request signed with %s and bent on its way', kind => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await createStage(await startServer(), kind);
  });
  afterAll(async () => await stage.server.close());

  it.each(signedIds)('is not believed wherever it is bent, and changes nothing; straight it is: %s', async id => {
    const { server } = stage;
    const request = await unsent(stage, id);
    const faces = new Set<string>();
    await changesNothing(async () => {
      for (const bend of kind === 'ed25519' ? [bodies, headers, signatures, targets] : [signatures])
        for (const bentRequest of bend(request)) faces.add(JSON.stringify(face(await send(server, bentRequest, id))));
    });
    expect([...faces].map(text => JSON.parse(text))).toEqual([notBelieved]);
    expect((await send(server, request)).status).toBe(operations[id].contract.status);
  });
});

describe('R16: a query bent on its way', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await createStage(await startServer());
  });
  afterAll(async () => await stage.server.close());

  it.each(['list-sites', 'list-audit-events'] as const)('is refused and reads nothing: %s', async id => {
    const request = await unsent(stage, id);
    for (const at of positions(request.query.length)) {
      const { status } = await send(stage.server, { ...request, query: bent(request.query, at) });
      expect([400, 401]).toContain(status);
    }
    expect((await send(stage.server, { ...request, query: '' })).status).toBe(401);
  });
});
