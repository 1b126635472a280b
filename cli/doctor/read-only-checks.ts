import { quarterOf } from '../../domain/kernel/time.ts';
import { generationsOf, isSameRing } from '../../domain/trust/key-ring.ts';
import { internalFunctions } from '../../lambdas/functions.ts';
import { operations } from '../../lambdas/operations.ts';
import { schedules } from '../../lambdas/schedules.ts';
import { streams } from '../../lambdas/streams.ts';
import type { Check, InspectedStage } from './check.ts';
import { expectedAnswers, headerFaults } from './renamed-headers.ts';
import { disagreements, outdatedRings } from './settings-faults.ts';

const rows = Object.keys({ ...operations, ...schedules, ...streams, ...internalFunctions });
const redeploy =
  "run `npx cdk deploy -c stage=<stage> '<stage>/*'`, and check whether a stack was skipped or rolled back";

/** Checks that change nothing. */
export const readOnlyChecks: readonly Check[] = [
  {
    id: 'settings',
    verifies: 'every function has the settings of the others, and the key generations of lib/key-rings.json',
    kind: 'read-only',
    remedy: redeploy,
    async inspect({ aws, rings }) {
      const functions = new Map<string, Readonly<Record<string, string>>>();
      for (const row of rows) functions.set(row, await aws.settingsOf(row));
      const faults = [...disagreements(functions), ...outdatedRings(functions, rings)];
      return { faults, seen: `${functions.size} functions agree` };
    },
  },
  {
    id: 'published-keys',
    verifies: 'get-trust publishes the generations of lib/key-rings.json',
    kind: 'read-only',
    remedy: redeploy,
    async inspect({ api, rings }) {
      const { orgs } = await api.call('get-trust', {});
      const faults = orgs.flatMap(({ org, generations }) => {
        const wanted = generationsOf(rings, org);
        return [
          ...(isSameRing(generations.root, wanted.root) ? [] : [`Org ${org}: another ring of the Root`]),
          ...(isSameRing(generations.org, wanted.org) ? [] : [`Org ${org}: another ring of its key`]),
        ];
      });
      return { faults, seen: `${orgs.length} Orgs` };
    },
  },
  {
    id: 'headers',
    verifies: 'API Gateway passes response headers under their original names',
    kind: 'read-only',
    remedy: 'set the header in lib/api (a response mapping), or make the client library read its new name',
    async inspect(stage) {
      const faults = await Promise.all(
        expectedAnswers.map(async expected => headerFaults(expected, await stage.fetch(stage.url + expected.path))),
      );
      return { faults: faults.flat(), seen: `${expectedAnswers.length} answers` };
    },
  },
  {
    id: 'reads',
    verifies: 'dynamodb:LeadingKeys allows every kind of read by an operator',
    kind: 'read-only',
    remedy: 'AccessDeniedException in the log of the operation: docs/not-run-in-aws.md states which condition to drop',
    inspect: inspectReads,
  },
  {
    id: 'stream',
    verifies: 'Lambda reads the stream of the encrypted table for its consumers',
    kind: 'read-only',
    remedy: "allow `kms:Decrypt` on the table's key, via DynamoDB, to the consumer's role",
    async inspect({ aws }) {
      const faults = await Promise.all(
        Object.keys(streams).map(async row => {
          const consumer = await aws.streamConsumer(row);
          if (!consumer) return [`${row} has no event source mapping`];
          const { state, lastResult } = consumer;
          return state === 'Enabled' && !lastResult.startsWith('PROBLEM') ? [] : [`${row}: ${state}, ${lastResult}`];
        }),
      );
      return { faults: faults.flat(), seen: `${faults.length} consumers` };
    },
  },
  {
    id: 'dead-letters',
    verifies: 'no record of the stream is in the dead-letter queue: alerts were published, events written',
    kind: 'read-only',
    remedy: 'docs/runbook.md, "Poison record"; KMSAccessDenied in the log: docs/not-run-in-aws.md',
    async inspect({ aws }) {
      const count = await aws.countDeadLetters();
      return { faults: count === 0 ? [] : [`${count} records`], seen: 'none' };
    },
  },
];

async function inspectReads({ api, now }: InspectedStage) {
  const reads = [
    ['get-own-application', async () => await api.call('get-own-application', {})],
    ['list-alerts', async () => await api.call('list-alerts', { limit: 1 })],
    ['list-audit-events', async () => await api.call('list-audit-events', { limit: 1 })],
    ['get-aggregate-stats', async () => await api.call('get-aggregate-stats', { quarter: quarterOf(now()), limit: 1 })],
  ] as const;
  const faults: string[] = [];
  for (const [id, read] of reads)
    await read().catch((error: unknown) => faults.push(`${id}: ${error instanceof Error ? error.message : error}`));
  return { faults, seen: reads.map(([id]) => id).join(', ') };
}
