import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Grants } from '../../lambdas/platform/kernel/grants.ts';
import { streams } from '../../lambdas/streams.ts';
import { rows as deployedRows } from '../lib/support/deployment.ts';
import { grantsOf } from '../lib/support/row-paths.ts';
import { deployedPolicies } from '../support/aws/deployed-policies.ts';
import { type Caller, evaluate, type IamRequest, type PolicyJson } from '../support/aws/iam-evaluator.ts';
import { isUsed, permissionsOf } from '../support/aws/iam-permissions.ts';
import { policyOfCreatedKeys } from '../support/aws/kms-requests.ts';
import { distinctRequests } from '../support/aws/requests-of.ts';
import { captureOutput } from '../support/output.ts';
import { callEveryOperation, type Driven } from '../support/server/call-every-operation.ts';
import { rightsOf, rightsUsedBy } from '../support/server/rights.ts';
import { startServer, type TestServer } from '../support/server/server.ts';

const rows = new Map<string, Grants>(grantsOf(deployedRows));
const output = captureOutput();
let server: TestServer;
let driven: Driven;

/** Both bars look at one recording: every function does all that it can do. */
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

/** The other half of bar R22, that the template gives exactly these rights, stands with the tests of `lib/`. */
describe('what functions may do is what they do (bar R22)', () => {
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

/** What is true of policies without any call, the supported resources and condition keys, stands in `test/lib/policies.test.ts`. */
describe('an independent evaluator of IAM allows what functions do, and finds nothing unused (bar R32)', () => {
  const deployed = deployedPolicies();
  const requests = new Map<string, readonly IamRequest[]>();
  let policyOfEnterpriseKeys: PolicyJson;

  beforeAll(() => {
    policyOfEnterpriseKeys = policyOfCreatedKeys(driven.calls);
    const facts = { env: driven.env, deployed, kms: server.world.aws.kms };
    for (const row of rows.keys()) {
      const calls = driven.calls.filter(({ by }) => by === row);
      requests.set(row, distinctRequests(row, calls, { ...facts, isConsumer: row in streams }));
    }
    const distinct = [...requests.values()].flat().length;
    process.stderr.write(`R32: ${distinct} distinct requests of ${rows.size} functions\n`);
  });

  it.each([...rows.keys()])(
    '%s is allowed all that it does, by its role and by the policies of what it uses',
    async row => {
      const refused: unknown[] = [];
      for (const request of requestsOf(row)) {
        const outcome = await evaluate(callerOf(row), request, policyAt(request.resource));
        if (outcome !== 'Allowed') refused.push({ outcome, ...request });
      }
      expect(refused).toEqual([]);
    },
  );

  it.each([...rows.keys()])('%s uses every permission of its role', async row => {
    const unused: string[] = [];
    for (const permission of callerOf(row).policies.flatMap(permissionsOf))
      if (!(await isUsed(permission, requestsOf(row)))) unused.push(JSON.stringify(permission));
    expect(unused).toEqual([]);
  });

  function callerOf(row: string): Caller {
    return deployed.callers.get(row) ?? missing(row);
  }

  function requestsOf(row: string): readonly IamRequest[] {
    return requests.get(row) ?? missing(row);
  }

  /** A key that the stack does not name is an enterprise's; the policy of a bucket is that of its objects. */
  function policyAt(resource: string): PolicyJson | undefined {
    const owner = resource.replace(/^(arn:aws:s3:::[^/]+)\/.*/, '$1');
    return (
      deployed.resourcePolicies.get(owner) ?? (resource.includes(':key/mrk-') ? policyOfEnterpriseKeys : undefined)
    );
  }
});

function missing(row: string): never {
  throw new Error(`The deployment has no function ${row}.`);
}
