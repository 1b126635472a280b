import './silence-logs.ts';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { OperationId } from '../../../lambdas/operations.ts';
import { startServer } from '../../support/server/server.ts';
import { examples, keyOf } from '../operations/examples.ts';
import { createStage, type Stage } from '../operations/operations-fixture.ts';
import { genuineRequest, ids, send } from './wire.ts';

describe('a function whose time runs out', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await createStage(await startServer());
  });
  afterEach(async () => {
    stage.server.meter.fault = () => undefined;
    await stage.server.meter.bury();
  });
  afterAll(async () => await stage.server.close());

  // Nothing is remembered any more, so even the first step of a request, its authentication, waits for the table.
  it.each(ids)('answers before Lambda ends it, wherever it waits: %s', async (id: OperationId) => {
    const { server } = stage;
    const input = await examples[id].input(stage);
    server.clock.at += 400;
    const request = await genuineRequest(server, id, input, keyOf(stage, id));
    server.meter.fault = () => 'hang-before';
    const { status, headers, body } = await send(server, request, id, () => 0);
    expect({ status, code: body.code, retryAfter: headers['retry-after'] }).toEqual({
      status: 503,
      code: 'unavailable',
      retryAfter: '5',
    });
  });
});
