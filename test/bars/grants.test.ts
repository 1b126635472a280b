import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { internalFunctions } from '../../lambdas/functions.ts';
import { operations } from '../../lambdas/operations.ts';
import type { Grants } from '../../lambdas/platform/kernel/grants.ts';
import { schedules } from '../../lambdas/schedules.ts';
import { streams } from '../../lambdas/streams.ts';
import { captureOutput } from '../support/output.ts';
import { callEveryOperation, type Driven } from '../support/server/call-every-operation.ts';
import { rightsOf, rightsUsedBy } from '../support/server/rights.ts';
import { startServer, type TestServer } from '../support/server/server.ts';

const contracts = Object.entries(operations).map(([id, { grants }]) => [id, grants] as const);
const rows = new Map<string, Grants>([
  ...contracts,
  ...[schedules, streams, internalFunctions].flatMap(table =>
    Object.entries(table).map(([id, { grants }]): [string, Grants] => [id, grants]),
  ),
]);

/** The other half of bar R22, that the template gives exactly these rights, stands with the tests of `lib/`. */
describe('what functions may do is what they do (bar R22)', () => {
  const output = captureOutput();
  let server: TestServer;
  let driven: Driven;

  beforeAll(async () => {
    server = await startServer();
    driven = await callEveryOperation(server);
    const functions = new Set(driven.calls.map(({ by }) => by));
    process.stderr.write(`driven: ${driven.calls.length} calls to AWS by ${functions.size} functions\n`);
  });
  afterAll(async () => {
    await server.close();
    output.restore();
  });

  it('drives every function, and knows whose every call is', () => {
    expect([...new Set(driven.calls.map(({ by }) => by))].sort()).toEqual([...rows.keys()].sort());
  });

  it.each([...rows.keys()])('%s asks for what its row permits, and for all of it', id => {
    const mine = driven.calls.filter(({ by }) => by === id);
    const used = new Set(mine.flatMap(call => rightsUsedBy(call, driven.env)));
    const permitted = rightsOf(rows.get(id) ?? {});
    const notPermitted = [...used].filter(right => !permitted.has(right));
    const unused = [...permitted].filter(right => !used.has(right));
    expect({ notPermitted, unused }).toEqual({ notPermitted: [], unused: [] });
  });
});
