import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { OperationId } from '../../lambdas/operations.ts';
import { ProblemError } from '../../sdk/problem-error.ts';
import type { SigningKey } from '../../sdk/signing-key.ts';
import { examples, keyOf } from '../platform/operations/examples.ts';
import { createStage, type Stage } from '../platform/operations/operations-fixture.ts';
import { type Disturbance, someDisturbance } from '../support/aws/disturbance.ts';
import { type LinkedWorld, linkWorld } from '../support/aws/linked-world.ts';
import { withoutPauses } from '../support/clients/pauses.ts';
import { captureOutput } from '../support/output.ts';
import { mapConcurrently, type SeededRandom, seeded } from '../support/seeded.ts';
import { type Instance, operationIds, startInstance } from '../support/server/instance.ts';
import { type Ledger, ledgerOf } from '../support/server/ledger.ts';
import { startServer, type TestServer } from '../support/server/server.ts';
import { newWorker, type Worker } from '../support/server/worker.ts';
import { callAny, isMutation, mutations, type Prepared, writesIn } from '../support/tamper/mutations.ts';

const seed = 20261208;
const runsEach = 16;
const workerCount = 8;
/** How many of its runs are disturbed at least, also of an operation that sends one or two requests to AWS. */
const leastDisturbedRuns = 3;

type Request = { readonly key: SigningKey; readonly input: Prepared['input']; readonly prepared?: Prepared };

describe(`connections to AWS are slow or cut (seed ${seed}, ${runsEach} runs of each operation)`, () => {
  const output = captureOutput();
  let server: TestServer;
  let world: LinkedWorld;
  let ledger: Ledger;
  let stage: Stage;
  let healthy: Instance;
  let workers: readonly Worker[];
  const refused: string[] = [];
  const disturbedRuns = new Map<OperationId, number>();

  beforeAll(async () => {
    withoutPauses();
    server = await startServer();
    server.meter.records = false;
    stage = await createStage(server);
    world = await linkWorld(server);
    ledger = ledgerOf(server);
    healthy = await startInstance(server);
    workers = Array.from({ length: workerCount }, (_, number) => newWorker(server, healthy, String(number)));
  });
  afterAll(async () => {
    jest.restoreAllMocks();
    await world.close();
    await server.close();
    output.restore();
  });

  it.each(operationIds())('%s is answered as if nothing had happened, or asks to come back', async id => {
    await mapConcurrently(workerCount, runsEach, async (number, of) => {
      const worker = workers[of];
      if (worker) refused.push(...(await once(id, worker, seeded(seed + number))));
    });
  });

  it(`every operation was disturbed in at least ${leastDisturbedRuns} runs`, () => {
    const numbers = operationIds().map(id => [id, disturbedRuns.get(id) ?? 0] as const);
    process.stderr.write(
      `slow and cut: disturbed runs of ${runsEach}: ${numbers.map(row => row.join(' ')).join(', ')}\n`,
    );
    expect(numbers.filter(([, runs]) => runs < leastDisturbedRuns)).toEqual([]);
  });

  it('some of the requests were refused', () => {
    expect(refused).not.toEqual([]);
  });

  /** @returns what disturbed the request, when it was refused */
  async function once(id: OperationId, worker: Worker, random: SeededRandom): Promise<string[]> {
    const { key, input, prepared } = await requestOf(id, worker);
    const idempotencyKey = crypto.randomUUID();
    const before = await writesOf(prepared, {});
    const plan = someDisturbance(random);
    const first = await world.disturbed(plan.fault, async runtime => {
      const instance = await startInstance(server, runtime);
      return await callAny(instance.client(key), id, input, { idempotencyKey }).catch(expectUnavailable(plan));
    });
    if (plan.hits() > 0) disturbedRuns.set(id, (disturbedRuns.get(id) ?? 0) + 1);
    const again = await callAny(healthy.client(key), id, input, { idempotencyKey });
    if (prepared) {
      expect(await callAny(healthy.client(key), id, input, { idempotencyKey })).toEqual(again);
      if (!(first instanceof ProblemError)) expect(again).toEqual(first);
      expect((await writesOf(prepared, again)) - before).toBe(prepared.writes);
    }
    return first instanceof ProblemError ? [plan.text] : [];
  }

  async function requestOf(id: OperationId, worker: Worker): Promise<Request> {
    if (isMutation(id)) {
      const prepared = await mutations[id](worker);
      return { key: prepared.key, input: prepared.input, prepared };
    }
    return { key: keyOf(stage, id) ?? server.keys.boost, input: await examples[id].input(stage) };
  }

  async function writesOf(prepared: Prepared | undefined, answer: object) {
    if (!prepared) return 0;
    try {
      return writesIn(await ledger.get(prepared.subject(Object(answer))), prepared);
    } catch {
      return 0;
    }
  }
});

const expectUnavailable =
  ({ text }: Disturbance) =>
  (error: unknown): ProblemError => {
    if (!(error instanceof ProblemError)) throw error;
    const { status, code, retryAfter } = error;
    expect({ text, status, code, retryAfter }).toEqual({ text, status: 503, code: 'unavailable', retryAfter: 5 });
    return error;
  };
