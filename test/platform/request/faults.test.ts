import './silence-logs.ts';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { OperationId } from '../../../lambdas/operations.ts';
import { startServer } from '../../support/server/server.ts';
import { changesNothing } from '../../support/tamper/recorded-requests.ts';
import { examples, keyOf } from '../operations/examples.ts';
import { createStage, type Stage } from '../operations/operations-fixture.ts';
import { genuineRequest, ids, send, type WireAnswer } from './wire.ts';

describe('when AWS fails', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await createStage(await startServer());
  });
  afterEach(() => {
    stage.server.meter.fault = () => undefined;
  });
  afterAll(async () => await stage.server.close());

  async function askedDuring(id: OperationId, fault: Stage['server']['meter']['fault']): Promise<WireAnswer> {
    const { server } = stage;
    const input = await examples[id].input(stage);
    // Nothing is remembered any more: each request has to ask the table.
    server.clock.at += 400;
    const request = await genuineRequest(server, id, input, keyOf(stage, id));
    server.meter.fault = fault;
    let answer: WireAnswer | undefined;
    await changesNothing(async () => {
      answer = await send(server, request);
    });
    if (!answer) throw new Error('there was no answer');
    return answer;
  }

  it.each(ids)('asks to come back, and changes nothing: %s', async id => {
    const { status, headers, body } = await askedDuring(id, () => 'drop-before');
    expect({ status, headers }).toMatchObject({
      status: 503,
      headers: { 'retry-after': '5', 'content-type': 'application/problem+json' },
    });
    expect(body).toMatchObject({ code: 'unavailable', status: 503 });
  });

  it.each(ids)('says nothing of what it did not foresee, and changes nothing: %s', async id => {
    const { status, body } = await askedDuring(id, () => {
      throw new TypeError('a secret of the inside');
    });
    expect(status).toBe(500);
    expect(Object.keys(body).sort()).toEqual(['code', 'instance', 'status', 'title', 'type']);
    expect(body).toMatchObject({ code: 'internal' });
    expect(JSON.stringify(body)).not.toMatch(/secret|TypeError/);
  });
});
