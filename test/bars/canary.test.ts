import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { operations } from '../../lambdas/operations.ts';
import { createStage, type Stage } from '../platform/operations/operations-fixture.ts';
import { ask, type Parts, partsOf } from '../platform/request/signed-call.ts';
import { tableContent } from '../platform/request/table-content.ts';
import { header, send, type WireAnswer, withHeader } from '../platform/request/wire.ts';
import { everythingKept, isNoPerson, logOf, spelledOut } from '../support/server/canary-capture.ts';
import {
  canary,
  foreignHeaders,
  plantedBodies,
  plantedInputs,
  plantedKeys,
  plantedTargets,
  plants,
} from '../support/server/canary-values.ts';
import { startServer } from '../support/server/server.ts';
import { recorded, signedIds, unsent } from '../support/tamper/recorded-requests.ts';

const found = /xanary/i;

describe('P: what was planted in a request', () => {
  let stage: Stage;
  const all: Parts[] = [];
  beforeAll(async () => {
    await logOf(async () => {
      stage = await createStage(await startServer());
      for (const id of signedIds) all.push(await partsOf(stage, id));
    });
  });
  afterAll(async () => await stage.server.close());

  /** Neither in the log, nor in the table beside the persons, the exports, the notices; in no problem either, unless it is a name that the problem points to. */
  async function leavesNoTrace(work: (keep: (answer: WireAnswer) => void) => Promise<void>): Promise<void> {
    const answers: WireAnswer[] = [];
    const log = await logOf(async () => await work(answer => answers.push(answer)));
    expect(answers.length).toBeGreaterThan(0);
    expect(answers.filter(({ status }) => status >= 500)).toEqual([]);
    expect(log).toContain('"operation"');
    expect(log.split('\n').filter(line => found.test(line))).toEqual([]);
    expect(answers.filter(({ body }) => found.test(JSON.stringify(body)))).toEqual([]);
    expect((await everythingKept(stage.server)).filter(text => found.test(text))).toEqual([]);
  }

  describe.each(Object.entries(plants))('%s', (_name, plant) => {
    it('leaves no trace from any string of any body', async () => {
      await leavesNoTrace(async keep => {
        for (const parts of all)
          for (const body of plantedBodies(parts.body, plant)) {
            if (isReference(body)) continue;
            keep(await ask(stage, parts, { body: JSON.stringify(body) }));
          }
        const [parts] = all;
        if (parts) keep(await ask(stage, parts, { body: `{"a":"${plant}","a":"${plant}"}` }));
        if (parts) keep(await ask(stage, parts, { body: plant }));
      });
    });

    it('leaves no trace from any header', async () => {
      await leavesNoTrace(async keep => {
        for (const id of signedIds) {
          const request = await unsent(stage, id);
          const answer = await send(stage.server, {
            ...request,
            headers: [...request.headers, ...foreignHeaders(plant)],
          });
          expect(answer.status).toBe(operations[id].contract.status);
          keep(answer);
        }
        for (const parts of all.filter(({ takesBody, changes }) => changes && !takesBody))
          for (const key of plantedKeys(plant)) keep(await ask(stage, parts, { headers: { 'idempotency-key': key } }));
      });
    });

    it('leaves no trace from any signature', async () => {
      await leavesNoTrace(async keep => {
        const request = await unsent(stage, 'update-site');
        for (const input of plantedInputs(plant))
          keep(await send(stage.server, withHeader(request, 'signature-input', input)));
        for (const field of ['signature', 'content-digest', 'content-type', 'idempotency-key'])
          for (const value of [plant, `sig=${plant}`, `sig=:${plant}:`])
            keep(await send(stage.server, withHeader(request, field, value)));
      });
    });

    it('leaves no trace from any path or query but the names that a problem points to', async () => {
      await leavesNoTrace(async keep => {
        for (const parts of all)
          for (const target of plantedTargets(parts, plant)) {
            const answer = await ask(stage, parts, target);
            keep({ ...answer, body: { ...answer.body, errors: detailsOf(answer) } });
          }
      });
    });
  });

  /** Errors without their pointers, which may name what the client has named. */
  function detailsOf({ body }: WireAnswer): unknown[] {
    return Array.isArray(body.errors) ? body.errors.map(({ detail }) => detail) : [];
  }

  /** Only there a plant of this shape is taken. */
  function isReference(body: unknown): boolean {
    return Object(body).siteRef === plants['a reference'];
  }

  it('stands, as a reference, where references stand, and in no log', async () => {
    const { enterpriseId } = await stage.enterprise();
    const siteRef = `${canary}-18`;
    const log = await logOf(async () => {
      const { siteId, key } = await stage.site({ enterpriseId, siteRef });
      await stage.app.client.call('refresh-key', { siteId, key });
      await stage.app.client.call('update-site', { siteId, siteRef: `${canary}-19` });
    });
    expect(log).not.toMatch(found);
    for (const item of Object.values(await tableContent()).filter(isNoPerson)) {
      const { ref: _ref, sk, outcome, ...rest } = item;
      if (found.test(String(sk))) expect(sk).toMatch(/^R#/);
      const { siteRef: _siteRef, ...answer } = Object(outcome).answer ?? {};
      expect(spelledOut([rest, answer])).not.toMatch(found);
    }
  });
});

describe('P: what makes a request genuine', () => {
  let stage: Stage;
  beforeAll(async () => {
    await logOf(async () => {
      stage = await createStage(await startServer(), 'p256');
    });
  });
  afterAll(async () => await stage.server.close());

  it.each(signedIds)('is neither logged nor stored: %s', async id => {
    const secrets: string[] = [];
    const log = await logOf(async () => {
      const { request, answer } = await recorded(stage, id);
      await send(stage.server, request);
      const signature = Buffer.from(header(request, 'signature').slice('sig=:'.length, -1), 'base64');
      const [, nonce = ''] = /nonce="([^"]+)"/.exec(header(request, 'signature-input')) ?? [];
      const body = Buffer.from(request.body).toString();
      secrets.push(...spellings(signature), nonce, header(request, 'idempotency-key'), body);
      for (const text of [body, JSON.stringify(answer.body)])
        for (const [, leaf = ''] of text.matchAll(/"(?:key|token|verdict)":"[\w-]+\.[\w-]+\.([\w-]+)~/g))
          secrets.push(...spellings(Buffer.from(leaf, 'base64url')));
    });
    const table = Object.values(await tableContent())
      .map(spelledOut)
      .join('\n');
    const planted = secrets.filter(secret => secret.length > 2);
    expect(planted.length).toBeGreaterThan(0);
    for (const secret of planted) {
      expect(log).not.toContain(secret);
      expect(table).not.toContain(secret);
    }
  });

  function spellings(bytes: Buffer): string[] {
    return [bytes.toString('base64'), bytes.toString('base64url'), bytes.toString('hex')];
  }
});
