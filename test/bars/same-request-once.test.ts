import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { barCount } from '../support/bar-count.ts';
import { captureOutput } from '../support/output.ts';
import { seeded } from '../support/seeded.ts';
import { type Instance, operationIds, startInstance } from '../support/server/instance.ts';
import { Interleaving } from '../support/server/interleaving.ts';
import { type Ledger, ledgerOf } from '../support/server/ledger.ts';
import { startServer, type TestServer } from '../support/server/server.ts';
import { newWorker, type Worker } from '../support/server/worker.ts';
import { callAny, isMutation, type Mutation, mutations, type Prepared, writesIn } from '../support/tamper/mutations.ts';

const seed = 20261104;
const schedules = barCount(20, 12);
const minute = 60;
const hour = 3600;

type Body = Readonly<Record<string, unknown>>;

/** Another request of each operation, by what was asked and answered before. */
const others: Record<Mutation, (input: Body, answer: Body, worker: Worker) => Promise<Body> | Body> = {
  'create-site': input => ({ ...input, siteRef: 'other' }),
  'update-site': input => ({ ...input, state: 'commissioning' }),
  'delete-site': async (_input, _answer, worker) => (await mutations['delete-site'](worker)).input,
  'refresh-key': (input, answer) => ({ ...input, key: answer.key }),
  'reissue-key': async (_input, _answer, worker) => (await mutations['delete-site'](worker)).input,
  'create-enterprise': () => ({ application: 'hwf' }),
  'rotate-enterprise-signing-key': input => ({ ...input, reason: 'compromised' }),
  'update-enterprise': input => ({ ...input, configurationUsersLimit: 77 }),
  'refresh-enterprise-key': (input, answer) => ({ ...input, key: answer.key }),
  'reissue-enterprise-key': input => ({ ...input, application: 'boost' }),
  'register-application': input => ({ ...input, application: 'other' }),
  'update-application': input => ({ ...input, status: 'suspended' }),
  'submit-manifest': input => ({ ...input, enterprises: 7 }),
  'erase-admin': input => ({ ...input, email: 'another.admin@example.com' }),
  'make-statement': () => ({ quarter: '2025-Q4' }),
  'reopen-quarter': input => ({ ...input, ticket: 'OTHER-1' }),
  'rotate-application-key': input => ({ ...input, overlapHours: 1 }),
  'send-alert': input => ({ ...input, times: 4 }),
  'acknowledge-alert': async (_input, _answer, worker) => (await mutations['acknowledge-alert'](worker)).input,
};

const operations = operationIds().filter(isMutation);
const keyed: readonly Mutation[] = operations.filter(id => /site|key|enterprise/.test(id)).filter(isKeyed);

function isKeyed(id: Mutation): boolean {
  return /^(create|refresh|reissue)-/.test(id);
}

describe(`the same Idempotency-Key again (bar R4, seed ${seed})`, () => {
  const output = captureOutput();
  let server: TestServer;
  let ledger: Ledger;
  let worker: Worker;
  let first: Instance;
  let second: Instance;

  beforeAll(async () => {
    server = await startServer();
    ledger = ledgerOf(server);
    worker = newWorker(server, await startInstance(server), 'r4');
    first = await startInstance(server);
    second = await startInstance(server);
  });
  afterAll(async () => {
    await server.close();
    output.restore();
  });

  it.each(operations)('%s answers the same after 11 minutes and after 23 hours, and refuses another body', async id => {
    const { key, input } = await mutations[id](worker);
    const options = { idempotencyKey: crypto.randomUUID() };
    const call = async (instance: Instance, body: Body) => await callAny(instance.client(key), id, body, options);
    const answer = await call(first, input);
    server.clock.at += 11 * minute;
    expect(await call(second, input)).toEqual(answer);
    server.clock.at += 23 * hour - 11 * minute;
    expect(await call(first, input)).toEqual(answer);
    const other = await others[id](input, answer, worker);
    await expect(call(second, other)).rejects.toMatchObject({ status: 422, code: 'idempotency-key-reused' });
    expect(await call(second, input)).toEqual(answer);
  });

  it.each(operations)(`%s happens once when asked twice at once, in any of ${schedules} schedules`, async id => {
    const signatures: number[] = [];
    for (let number = 0; number < schedules; number++) signatures.push(await twiceAtOnce(id, number));
    if (keyed.includes(id)) expect(Math.max(...signatures)).toBe(2);
  });

  /** @returns how many signatures KMS has made for it */
  async function twiceAtOnce(id: Mutation, number: number): Promise<number> {
    const prepared: Prepared = await mutations[id](worker);
    const { key, input, subject, writes } = prepared;
    const before = await writesOf(prepared, () => subject({}));
    const idempotencyKey = crypto.randomUUID();
    const interleaving = new Interleaving(seeded(seed + number), 2);
    const ask = async (instance: Instance, piece: number) => {
      const work = async () => await callAny(instance.client(key), id, input, { idempotencyKey });
      return await server.meter.faulty(interleaving.turnOf(piece), work).finally(() => interleaving.done());
    };
    const from = server.meter.calls.length;
    const [one = {}, other] = await Promise.all([first, second].map(ask));
    expect(other).toEqual(one);
    expect((await writesOf(prepared, () => subject(one))) - before).toBe(writes);
    const calls = server.meter.calls.slice(from);
    return calls.filter(({ by, command }) => by === id && command === 'SignCommand').length;
  }

  async function writesOf(prepared: Prepared, key: () => Parameters<Ledger['get']>[0]): Promise<number> {
    try {
      return writesIn(await ledger.get(key()), prepared);
    } catch {
      return 0;
    }
  }
});
