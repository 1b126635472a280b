import { type Quarter, quarterEnds, quarterOf } from '../../../domain/kernel/time.ts';
import { getObject } from '../../../lambdas/platform/aws/objects.ts';
import type { AwsCall } from '../aws/meter.ts';
import type { TestServer } from '../server/server.ts';
import { hourOf, sweptUpTo } from '../server/sweeps.ts';
import { sampleManifest } from './sample-manifest.ts';

export const statementDay = 10 * 86_400 + 6 * 3600;

/**
 * A quarter that is over, with sites of two applications. HWF has sent its manifest, with one site too many and an enterprise over its
 * limit; Boost has sent none. The clock stands in the morning of day 11.
 */
export async function finishQuarter(server: TestServer): Promise<{ quarter: Quarter; enterpriseId: string }> {
  const { hwf, boost } = server;
  const { enterpriseId } = await hwf.call('create-enterprise', {});
  for (const siteRef of ['A', 'B', 'C']) await hwf.call('create-site', { enterpriseId, siteRef, state: 'active' });
  await boost.call('create-site', { enterpriseId, siteRef: 'A', state: 'basic', mode: 'dev' });
  const quarter = quarterOf(server.clock.at);
  server.clock.at = quarterEnds(quarter) + statementDay;
  await sweptUpTo(server, hourOf(server.clock.at));
  const said = sampleManifest([{ enterpriseId, production: 4, configurationUsers: 13 }]);
  await hwf.call('submit-manifest', { quarter, ...said });
  return { quarter, enterpriseId };
}

const names = ['statement.json', 'enterprises.csv', 'report.html', 'statement.jws'] as const;

/** What finance would copy. */
export async function folderOf({ world }: TestServer, quarter: Quarter, revision: number, org = 'hub') {
  const read = async (name: (typeof names)[number]) =>
    (await getObject(world.runtime, `statements/${org}/${quarter}/r${revision}/${name}`)) ?? '';
  return {
    'statement.json': await read('statement.json'),
    'enterprises.csv': await read('enterprises.csv'),
    'report.html': await read('report.html'),
    'statement.jws': await read('statement.jws'),
  };
}

/** Every body that was ever put in the place of each file of a revision. */
export function bodiesPut(calls: readonly AwsCall[], quarter: Quarter, revision: number): Record<string, string[]> {
  const place = `/${quarter}/r${revision}/`;
  const puts = calls.filter(
    ({ command, input }) => command === 'PutObjectCommand' && String(input.Key).includes(place),
  );
  const byName = Map.groupBy(puts, ({ input }) => String(input.Key).split('/').at(-1) ?? '');
  return Object.fromEntries(
    [...byName].map(([name, all]) => [name, [...new Set(all.map(({ input }) => String(input.Body)))]]),
  );
}
