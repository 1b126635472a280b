import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { BatchWriteCommand, DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { EnterpriseId, newSiteId, type SiteId, siteBucket, subjectOf } from '../domain/kernel/ids.ts';
import { day, hour } from '../domain/kernel/time.ts';
import type { Runtime } from '../lambdas/platform/kernel/runtime.ts';
import { expiryIndexKey } from '../lambdas/platform/storage/expiry-index.ts';
import type { Item } from '../lambdas/platform/storage/table.ts';
import { workCursor } from '../lambdas/platform/storage/work-cursor.ts';
import { handler as sweepExpiry } from '../lambdas/site-licensing/scheduled/sweep-expiry/handler.ts';
import { createTable, dropTable } from '../local/table.ts';
import type { TestServer } from '../test/support/server/server.ts';

const tableName = 'license-server-bench';
const sites = 100_000;
const ending = 1000;
const dormant = 40;
const mostItems = 1100;
const mostGrowth = 1.02;
/** From the hour in which a key ends: 5, 3, 1 days before, and when all of the hour have ended; then 60 days later. */
const toEnd = [-5 * day, -3 * day, -day, hour];
const toDormant = hour + 60 * day;

/** P5: one hourly sweep of sites of which few are due, then of twice as many, of which as few are due. Items are written directly. */
export async function sweepReads(server: TestServer, enterpriseId: string): Promise<boolean> {
  const enterprise = EnterpriseId.parse(enterpriseId);
  const first = Math.ceil(server.clock.at / hour) * hour;
  await createTable(tableName, false);
  const runtime = { ...server.world.runtime, env: { ...server.world.runtime.env, TABLE_NAME: tableName } };
  await writeSites(runtime, enterprise, first, [first, first + hour]);
  const once = await sweptAt(runtime, first, first - hour);
  await writeSites(runtime, enterprise, first, []);
  const twice = await sweptAt(runtime, first + hour, first);
  await dropTable(tableName);
  const holds = once.items <= mostItems && twice.items / once.items <= mostGrowth;
  console.log(
    `P5  sweep of ${sites} sites, ${ending} that end and ${dormant} that fall dormant: ${once.items} items read (bar: at most ${mostItems}) by ${once.reads} requests; of ${2 * sites}: × ${(twice.items / once.items).toFixed(3)} (bar: at most ${mostGrowth}): ${holds ? 'holds' : 'MISSED'}`,
  );
  return holds && [once, twice].every(({ told }) => told === `${ending} ${dormant}`);
}

async function sweptAt(world: Runtime, at: number, handled: number) {
  const read = { items: 0, reads: 0 };
  const runtime: Runtime = {
    ...world,
    now: () => at,
    instrument: stack =>
      stack.add(
        next => async args => {
          const result = await next(args);
          const { Item, Count } = Object(result.output);
          if (Item || Count !== undefined) read.reads += 1;
          read.items += Item ? 1 : Number(Count ?? 0);
          return result;
        },
        { step: 'initialize', name: 'count-items' },
      ),
  };
  await workCursor(world, 'sweep-expiry').moveTo(handled);
  const { warned, expired, dormant: slept } = await sweepExpiry.on(runtime)({});
  return { ...read, told: `${warned + expired} ${slept}` };
}

/** Those that are due at the given hours, and beside them so many that are not that all are `sites`. */
async function writeSites(
  runtime: Runtime,
  enterprise: EnterpriseId,
  first: number,
  hours: readonly number[],
): Promise<void> {
  const ends = hours.flatMap(at => [
    ...Array.from({ length: ending }, (_, i) => at - (toEnd[i % toEnd.length] ?? 0)),
    ...Array.from({ length: dormant }, () => at - toDormant),
  ]);
  const due = new Set([first, first + hour].flatMap(at => [...toEnd, toDormant].map(after => at - after)));
  const quiet = Array.from({ length: 31 * 24 }, (_, i) => first + i * hour).filter(at => !due.has(at));
  for (let i = 0; ends.length < sites; i++) ends.push(quiet[i % quiet.length] ?? 0);
  const items = ends.map((at, i) => siteItem(newSiteId(enterprise, runtime.random(10)), at, i));
  const client = new DynamoDBClient({});
  const documents = DynamoDBDocumentClient.from(client);
  const batches = Array.from({ length: Math.ceil(items.length / 25) }, (_, i) => items.slice(i * 25, i * 25 + 25));
  const waiting = batches.values();
  const worker = async () => {
    for (const batch of waiting)
      await documents.send(
        new BatchWriteCommand({ RequestItems: { [tableName]: batch.map(Item => ({ PutRequest: { Item } })) } }),
      );
  };
  await Promise.all(Array.from({ length: 8 }, worker));
  client.destroy();
}

function siteItem(id: SiteId, endsAt: number, i: number): Item {
  return {
    pk: `E#${id.slice(0, id.lastIndexOf('-'))}#${siteBucket(id)}`,
    sk: `S#${id}`,
    app: 'hwf',
    ref: `BENCH-${i}`,
    mode: 'production',
    state: 'active',
    status: 'live',
    at: endsAt - 30 * day,
    seq: 1,
    event: { hash: 'bench' },
    key: {
      g: 1,
      jti: 'A'.repeat(22),
      iat: endsAt - 30 * day,
      exp: endsAt,
      link: 'bench',
      sig: new Uint8Array(80),
      op: 'create-site',
      by: 'hwf',
      idem: 'bench',
    },
    ...expiryIndexKey(subjectOf.site(id), endsAt),
  };
}
