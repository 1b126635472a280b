import '../request/silence-logs.ts';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { operations } from '../../../lambdas/operations.ts';
import { startServer } from '../../support/server/server.ts';
import { stateOfTable } from '../request/table-content.ts';
import { genuineRequest, ids, send } from '../request/wire.ts';
import { examples, keyOf } from './examples.ts';
import { createStage, type Stage } from './operations-fixture.ts';

const changing = ids.filter(id => operations[id].contract.effect !== 'read');

describe('an operation', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await createStage(await startServer());
  });
  afterAll(async () => await stage.server.close());

  it.each(ids)('answers a good request as its contract promises: %s', async id => {
    const { contract } = operations[id];
    const request = await genuineRequest(stage.server, id, await examples[id].input(stage), keyOf(stage, id));
    const { status, headers, body } = await send(stage.server, request);
    expect(status).toBe(contract.status);
    const cache = 'cacheSeconds' in contract ? `public, max-age=${contract.cacheSeconds}` : 'no-store';
    expect(headers).toEqual({ 'content-type': 'application/json', 'cache-control': cache });
    expect(contract.answer.parse(body)).toEqual(body);
  });

  it.each(changing)('answers an honest repeat to the byte and does it once: %s', async id => {
    const { server } = stage;
    const input = await examples[id].input(stage);
    const idempotencyKey = randomUUID();
    const ask = async () =>
      await send(server, await genuineRequest(server, id, input, keyOf(stage, id), idempotencyKey));
    const first = await ask();
    expect(first.status).toBe(operations[id].contract.status);
    const after = await stateOfTable();
    for (let i = 0; i < 2; i++) expect(await ask()).toEqual(first);
    expect(await stateOfTable()).toEqual(after);
  });
});
