import { quarterEnds, quarterOf } from '../domain/kernel/time.ts';
import type { Client } from '../sdk/client.ts';
import { startInstance } from '../test/support/server/instance.ts';
import { policies, type TestServer } from '../test/support/server/server.ts';
import { hourOf, sweptUpTo } from '../test/support/server/sweeps.ts';
import { statementDay } from '../test/support/vectors/stated-quarter.ts';

const enterprises = 5;
const fewSites = 2;
const manySites = 10 * fewSites;
const atMost = 1.02;

/** P6: ten times the sites per enterprise must not make the statement read more. Two Orgs that differ in that alone; moves the clock. */
export async function statementReads(server: TestServer): Promise<boolean> {
  const [few, many] = [await newOrg(server, 'few', fewSites), await newOrg(server, 'many', manySites)];
  const quarter = quarterOf(server.clock.at);
  server.clock.at = quarterEnds(quarter) + statementDay;
  await sweptUpTo(server, hourOf(server.clock.at));
  const [lean, full] = [await readsOf(server, few, quarter), await readsOf(server, many, quarter)];
  const ratio = Math.max(full.requests / lean.requests, full.units / lean.units);
  console.log(
    `P6  statement of ${enterprises} enterprises with ${fewSites} sites each: ${lean.requests} reads, ${lean.units} units; with ${manySites} each: ${full.requests} reads, ${full.units} units; × ${ratio.toFixed(2)} (bar: × ${atMost})`,
  );
  return full.billed === manySites * enterprises && ratio <= atMost;
}

async function newOrg(server: TestServer, org: string, sites: number): Promise<Client> {
  const { client: operator, key } = await server.operatorOf(org);
  const { client: app } = await server.register('hwf', policies.hwf, { by: operator });
  for (let i = 0; i < enterprises; i++) {
    const { enterpriseId } = await app.call('create-enterprise', {});
    for (let n = 0; n < sites; n++) await app.call('create-site', { enterpriseId, siteRef: `S${n}`, state: 'active' });
  }
  return (await startInstance(server)).client(key);
}

async function readsOf({ meter }: TestServer, operator: Client, quarter: string) {
  let billed = 0;
  const calls = await meter.of(async () => {
    billed = (await operator.call('make-statement', { quarter })).billedProductionSites;
  });
  const reads = calls.filter(({ command }) => /^(GetItem|Query|GetObject)Command$/.test(command));
  return { billed, requests: reads.length, units: reads.reduce((sum, { consumed }) => sum + consumed.read, 0) };
}
