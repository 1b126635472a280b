import { writeSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PublicJwk } from '../domain/chain/levels.ts';
import { enterpriseOf, SiteId, siteBucket } from '../domain/kernel/ids.ts';
import { systemRuntime } from '../lambdas/platform/kernel/system-runtime.ts';
import { divertOutput } from '../local/server-log.ts';
import { startServer } from '../test/support/server/server.ts';
import { bundleSizes } from './bundle-sizes.ts';
import { clientLibrary } from './client-library.ts';
import { countedRequests } from './counted-requests.ts';
import { partitions } from './partitions.ts';
import { signedEvent } from './signed-event.ts';
import { startUp } from './start-up.ts';
import { statementReads } from './statement-reads.ts';
import { sweepReads } from './sweep-reads.ts';
import { verification } from './verification.ts';

/** What the handlers log would bury the figures. */
divertOutput(text => text.startsWith('{') || writeSync(process.stdout.fd, text));

/** Speed as ratios in one run, cost as counted requests; the bars are those of docs/requirements.md. Exit code 1 when one is missed. */
console.log(`License server, bench of ${new Date().toISOString().slice(0, 10)}, Node ${process.version}`);
const spread = partitions();
const folder = await mkdtemp(join(tmpdir(), 'license-server-bench-'));
// The bundles run as processes of their own, by this machine's clock.
const server = await startServer({ orgs: ['hub', 'few', 'many'], at: systemRuntime.now() });
try {
  const { enterpriseId } = await server.hwf.call('create-enterprise', {});
  const site = await server.hwf.call('create-site', { enterpriseId, siteRef: 'BENCH', state: 'active' });
  const counted = await countedRequests(server, enterpriseId);
  const verified = await verification(PublicJwk.parse(server.world.root), site.key, server.clock.at);
  const sizes = await bundleSizes(folder);
  const siteId = SiteId.parse(site.siteId);
  const application = { pk: 'P#hub#hwf', sk: '#' };
  const enterprise = { pk: `E#${enterpriseId}`, sk: '#' };
  const siteItem = { pk: `E#${enterpriseOf(siteId)}#${siteBucket(siteId)}`, sk: `S#${siteId}` };
  const dynamoOnly = '_aws-sdk_lib-dynamodb.mjs';
  const withSecrets = '_aws-sdk_lib-dynamodb__aws-sdk_client-secrets-manager.mjs';
  const started = await startUp(folder, server.world.runtime.env, [
    {
      id: 'get-site',
      event: signedEvent(server, 'get-site', { siteId }),
      reads: { items: [application, enterprise, siteItem], secrets: [] },
      bareBundle: dynamoOnly,
    },
    {
      id: 'check-validity',
      event: signedEvent(server, 'check-validity', { key: site.key }),
      reads: {
        items: [application, siteItem, { pk: 'O#hub', sk: 'DENY' }],
        secrets: ['license-server/local/responder/hub'],
      },
      bareBundle: withSecrets,
    },
  ]);
  const swept = await sweepReads(server, enterpriseId);
  const stated = await statementReads(server);
  const library = await clientLibrary(server, site.key, folder);
  const held = [spread, counted, verified, sizes, started, swept, stated, library];
  process.exitCode = held.every(Boolean) ? 0 : 1;
} finally {
  await server.close();
  await rm(folder, { recursive: true, force: true });
}
