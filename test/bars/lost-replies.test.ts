import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ProblemError } from '../../sdk/problem-error.ts';
import { type Fault, isTableCommand } from '../support/aws/meter.ts';
import { barCount } from '../support/bar-count.ts';
import { captureOutput } from '../support/output.ts';
import { mapConcurrently, type SeededRandom, seeded } from '../support/seeded.ts';
import { type Instance, operationIds, startInstance } from '../support/server/instance.ts';
import { type Ledger, ledgerOf } from '../support/server/ledger.ts';
import { startServer, type TestServer } from '../support/server/server.ts';
import { newWorker, type Worker } from '../support/server/worker.ts';
import { callAny, isMutation, type Mutation, mutations, type Prepared, writesIn } from '../support/tamper/mutations.ts';

const seed = 20261103;
const seedsEach = barCount(200, 16);
const workerCount = 8;

/** For the attempts of the SDK at one call: what becomes of each. The last three exhaust its retries. */
const patterns = [
  ['drop-after'],
  ['drop-after', 'drop-after'],
  ['drop-before', 'drop-after'],
  ['drop-after', 'drop-before'],
  ['drop-after', 'drop-after', 'drop-after'],
  ['drop-after', 'drop-before', 'drop-before'],
  ['drop-before', 'drop-before', 'drop-after'],
] as const;

describe(`DynamoDB's reply is lost (bar R3, seed ${seed}, ${seedsEach} seeds for each operation)`, () => {
  const output = captureOutput();
  let server: TestServer;
  let ledger: Ledger;
  let workers: { readonly worker: Worker; readonly faulty: Instance }[];

  beforeAll(async () => {
    server = await startServer();
    server.meter.records = false;
    ledger = ledgerOf(server);
    const start = async (_: unknown, number: number) => ({
      worker: newWorker(server, await startInstance(server), String(number)),
      faulty: await startInstance(server),
    });
    workers = await Promise.all(Array.from({ length: workerCount }, start));
  });
  afterAll(async () => {
    await server.close();
    output.restore();
  });

  it.each(operationIds().filter(isMutation))(
    '%s happens once, and the same request again gives the same answer',
    async id => {
      const failures = { told: 0 };
      await mapConcurrently(workerCount, seedsEach, async (number, of) => {
        const there = workers[of];
        const told = there ? await once(id, seeded(seed + number), there.worker, there.faulty) : 0;
        failures.told += told;
      });
      expect(failures.told).toBeGreaterThan(0);
    },
  );

  /** @returns 1 when the faulty request was answered with a failure */
  async function once(id: Mutation, random: SeededRandom, worker: Worker, faulty: Instance): Promise<number> {
    const prepared = await mutations[id](worker);
    const idempotencyKey = crypto.randomUUID();
    const before = await writesOf(prepared, {});
    const call = async () => await callAny(faulty.client(prepared.key), id, prepared.input, { idempotencyKey });
    const first = await server.meter.faulty(loseOne(random), call).catch(refused);
    const again = await call();
    const third = await call();
    expect(third).toEqual(again);
    if (!(first instanceof ProblemError)) expect(again).toEqual(first);
    expect((await writesOf(prepared, again)) - before).toBe(prepared.writes);
    return first instanceof ProblemError ? 1 : 0;
  }

  async function writesOf(prepared: Prepared, answer: object) {
    try {
      return writesIn(await ledger.get(prepared.subject(Object(answer))), prepared);
    } catch {
      return 0;
    }
  }
});

/** A failure that may pass is the only one that a lost reply may cause. */
function refused(error: unknown): ProblemError {
  if (!(error instanceof ProblemError)) throw error;
  expect(error).toMatchObject({ status: 503, code: 'unavailable' });
  return error;
}

/** Loses replies of one table request of the operation, the nth. */
function loseOne(random: SeededRandom): Fault {
  const nth = 1 + random.below(6);
  const pattern = random.pick(patterns);
  let seen = 0;
  return ({ command, attempt }) => {
    if (!isTableCommand(command)) return undefined;
    if (attempt === 1) seen++;
    return seen === nth ? pattern[attempt - 1] : undefined;
  };
}
