import './silence-logs.ts';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { startServer } from '../../support/server/server.ts';
import { changesNothing, signedIds } from '../../support/tamper/recorded-requests.ts';
import { createStage, type Stage } from '../operations/operations-fixture.ts';
import { brokenBodies, withField, wrongValues } from './bad-bodies.ts';
import { expectBadInput } from './expect-refusal.ts';
import { ask, type Parts, partsOf } from './signed-call.ts';

const seed = 64;

describe('a bad body', () => {
  let stage: Stage;
  const all: Parts[] = [];
  beforeAll(async () => {
    stage = await createStage(await startServer());
    for (const id of signedIds) all.push(await partsOf(stage, id));
  });
  afterAll(async () => await stage.server.close());

  const takingBodies = () => all.filter(({ takesBody }) => takesBody);

  it('is refused with a pointer to it and changes nothing: whole texts', async () => {
    await changesNothing(async () => {
      for (const parts of takingBodies())
        for (const body of Object.values(brokenBodies(parts.body)))
          expectBadInput(await ask(stage, parts, { body }), '#/body');
    });
  });

  it('is refused with a pointer to the field and changes nothing: values', async () => {
    await changesNothing(async () => {
      for (const parts of takingBodies())
        for (const field of Object.keys(parts.body))
          for (const [name, json] of Object.entries(wrongValues)) {
            if (name === 'an empty list' && Array.isArray(parts.body[field])) continue;
            const answer = await ask(stage, parts, { body: withField(parts.body, field, json) });
            if (field === 'key' && answer.body.code === 'key-not-genuine') continue;
            if (field === 'key' && parts.id === 'check-validity' && answer.status === 200) {
              expect(answer.body).toMatchObject({ valid: false, reason: 'key-not-genuine' });
              continue;
            }
            expect({ name, field, id: parts.id, status: answer.status }).toMatchObject({ name, status: 400 });
            expectBadInput(answer, `#/body/${field}`);
          }
    });
  });

  it(`is refused and changes nothing: any JSON there is (seed ${seed})`, async () => {
    await changesNothing(async () => {
      await fc.assert(
        fc.asyncProperty(fc.constantFrom(...takingBodies()), fc.jsonValue(), async (parts, value) => {
          expectBadInput(await ask(stage, parts, { body: JSON.stringify(value) }), '#/body');
        }),
        { seed, numRuns: 400 },
      );
    });
  });

  it(`is refused and changes nothing: any bytes there are (seed ${seed})`, async () => {
    await changesNothing(async () => {
      const bytes = fc.uint8Array({ minLength: 1, maxLength: 200 });
      await fc.assert(
        fc.asyncProperty(fc.constantFrom(...takingBodies()), bytes, async (parts, body) => {
          expectBadInput(await ask(stage, parts, { body }), '#/body');
        }),
        { seed, numRuns: 400 },
      );
    });
  });

  it('is refused and changes nothing: none where one is needed', async () => {
    await changesNothing(async () => {
      for (const parts of takingBodies()) expectBadInput(await ask(stage, parts, { body: '' }), '#/body');
    });
  });

  it('is refused and changes nothing: one where none is taken', async () => {
    await changesNothing(async () => {
      for (const parts of all.filter(({ takesBody }) => !takesBody))
        for (const body of ['{}', 'null', ' ', '{"siteId":"x"}'])
          expectBadInput(await ask(stage, parts, { body }), '#/body');
    });
  });
});
