import './silence-logs.ts';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type OperationId, operations } from '../../../lambdas/operations.ts';
import { startServer } from '../../support/server/server.ts';
import { changesNothing, signedIds } from '../../support/tamper/recorded-requests.ts';
import { createStage, type Stage } from '../operations/operations-fixture.ts';
import { expectBadInput, expectRefusal } from './expect-refusal.ts';
import { contentHeaders } from './signed.ts';
import { ask, type Parts, partsOf } from './signed-call.ts';
import { genuineRequest, ids, send, withHeader } from './wire.ts';

const seed = 8;
const unreserved = fc.string({
  unit: fc.constantFrom(...'ABCXYZabcxyz0189-._~'),
  minLength: 1,
  maxLength: 80,
});

describe('a bad request', () => {
  let stage: Stage;
  const all: Parts[] = [];
  beforeAll(async () => {
    stage = await createStage(await startServer());
    for (const id of signedIds) all.push(await partsOf(stage, id));
  });
  afterAll(async () => await stage.server.close());

  it(`is refused with a pointer into its path, whatever stands there (seed ${seed})`, async () => {
    const named = all.filter(({ path }) => /^\/v1\/(sites|enterprises|stats)\/./.test(path));
    await changesNothing(async () => {
      await fc.assert(
        fc.asyncProperty(fc.constantFrom(...named), unreserved, async (parts, segment) => {
          const path = parts.path.replace(/^(\/v1\/\w+\/)[^/]+/, `$1${segment}`);
          fc.pre(new URL(`https://x${path}`).pathname === path);
          expectBadInput(await ask(stage, { ...parts, path }), '#/path/');
        }),
        { seed, numRuns: 300 },
      );
    });
  });

  it(`is refused with a pointer into its query, whatever stands there (seed ${seed})`, async () => {
    await changesNothing(async () => {
      await fc.assert(
        fc.asyncProperty(fc.constantFrom(...all), unreserved, unreserved, async (parts, name, value) => {
          const query = [...(parts.query ? parts.query.split('&') : []), `${name}=${value}`].sort().join('&');
          expectBadInput(await ask(stage, { ...parts, query }), '#/query');
        }),
        { seed, numRuns: 300 },
      );
    });
  });

  it.each(['', '0', '101', '-1', '1.5', 'abc', '1e400', 'NaN', 'Infinity', '9'.repeat(400)])(
    'is refused with a pointer to its limit: %s',
    async limit => {
      for (const parts of all.filter(({ id }) => id.startsWith('list-')))
        expectBadInput(await ask(stage, { ...parts, query: `limit=${limit}` }), '#/query/limit');
    },
  );

  it.each([
    'month=202613',
    'month=209',
    'month=2026-1',
    'site=x',
    'enterprise=hub',
    'application=A',
    'after=x',
    'after=',
  ])('is refused with a pointer to its filter: %s', async query => {
    const parts = all.find(({ id }) => id === 'list-audit-events');
    if (parts) expectBadInput(await ask(stage, { ...parts, query }), `#/query/${query.split('=')[0]}`);
  });

  it.each([
    'from=2026',
    'from=abc',
    'to=2026-01-01',
    'from=20260231',
    'to=20261301',
    'from=20261122&to=20261121',
    'reason=late',
    'acknowledged=perhaps',
    'site=x',
    'subject=site-x',
    'after=x',
    'after=WzEsMl0',
  ])('is refused with a pointer to its filter of alerts: %s', async query => {
    const parts = all.find(({ id }) => id === 'list-alerts');
    if (parts) expectBadInput(await ask(stage, { ...parts, query }), `#/query/${query.split('=')[0]}`);
  });

  it.each([
    ['missing', undefined, 'is missing'],
    ['empty', '', 'is missing'],
    ['short', 'aBcDeFgHiJkLmNoPqRsTu', '22 to 64'],
    ['long', randomUUID().repeat(2), '22 to 64'],
    ['of other letters', `${randomUUID()}!`, '22 to 64'],
    ['with a blank', `${randomUUID()} x`, '22 to 64'],
    ['weak', 'a'.repeat(36), 'random'],
    ['of two letters', 'ab'.repeat(18), 'random'],
  ])('is refused with a pointer to its Idempotency-Key: %s', async (_name, key, detail) => {
    await changesNothing(async () => {
      for (const parts of all.filter(({ changes }) => changes)) {
        const body = parts.takesBody ? JSON.stringify(parts.body) : '';
        const headers = { ...(body && contentHeaders(body)), ...(key !== undefined && { 'idempotency-key': key }) };
        const answer = await ask(stage, parts, { headers });
        expectBadInput(answer, '#/headers/idempotency-key');
        expect(JSON.stringify(answer.body.errors)).toContain(detail);
        if (key) expect(JSON.stringify(answer.body)).not.toContain(key);
      }
    });
  });

  it('is refused with a pointer to its Idempotency-Key: twice', async () => {
    await changesNothing(async () => {
      for (const parts of all.filter(({ changes }) => changes)) {
        const body = parts.takesBody ? JSON.stringify(parts.body) : '';
        const twice = ['idempotency-key', randomUUID()] as const;
        const headers = [...Object.entries(body ? contentHeaders(body) : {}), twice, twice];
        expectBadInput(await ask(stage, parts, { headers }), '#/headers/idempotency-key');
      }
    });
  });

  it.each(['text/plain', 'application/json5', 'application/json; charset=utf-16', 'application/json, text/html', 'x'])(
    'is refused with a pointer to its content type: %s',
    async type => {
      await changesNothing(async () => {
        for (const parts of all.filter(({ takesBody }) => takesBody)) {
          const key = parts.changes ? { 'idempotency-key': randomUUID() } : {};
          const headers = { ...contentHeaders(JSON.stringify(parts.body)), ...key, 'content-type': type };
          expectBadInput(await ask(stage, parts, { headers }), '#/headers/content-type');
        }
      });
    },
  );

  it('is refused for its size before anybody asks who it is from', async () => {
    for (const id of ids) {
      const request = await genuineRequest(stage.server, id, {}, undefined);
      const calls = await stage.server.meter.of(async () => {
        for (const body of [new Uint8Array(mostBytes(id) + 1), new Uint8Array(2_000_000)]) {
          const answer = await send(stage.server, { ...request, body }, id);
          expectRefusal(answer);
          expect(answer).toMatchObject({ status: 413, body: { code: 'body-too-large' } });
        }
        for (const bent of [
          withHeader(request, 'x-long', 'a'.repeat(8192)),
          withHeader(request, 'b'.repeat(8192), ''),
        ]) {
          const answer = await send(stage.server, bent, id);
          expectRefusal(answer);
          expect(answer).toMatchObject({ status: 431, body: { code: 'headers-too-large' } });
        }
      });
      expect(calls).toEqual([]);
    }
  });

  it('is looked at when it is just not too large', async () => {
    for (const parts of all.filter(({ takesBody }) => takesBody)) {
      const most = mostBytes(parts.id);
      const body = JSON.stringify(parts.body).padEnd(most, ' ').replace('{', '{"unknown":1,');
      expectBadInput(await ask(stage, parts, { body: body.slice(0, most) }), '#/body');
    }
  });

  it('may be larger in one operation only', () => {
    expect(ids.filter(id => mostBytes(id) > 65_536)).toEqual(['submit-manifest']);
  });

  function mostBytes(id: OperationId): number {
    const { contract } = operations[id];
    return 'maxBodyBytes' in contract ? contract.maxBodyBytes : 65_536;
  }
});
