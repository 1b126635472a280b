import { buckets } from '../../../domain/kernel/ids.ts';
import { getObject } from '../../../lambdas/platform/aws/objects.ts';
import { startStreamPump } from '../../../local/stream-pump.ts';
import { runFunction } from '../../support/server/functions.ts';
import { startServer, type TestServer } from '../../support/server/server.ts';
import { sweptUpTo } from '../../support/server/sweeps.ts';
import type { Files } from './trail-of.ts';

export const day = 86_400;

/** A server with some months of history in its trail, as far as a test goes. */
export interface SealedTrail {
  readonly server: TestServer;
  readonly siteId: string;
  /** moves the clock, in UTC; the sweep has run by then */
  goTo(year: number, month: number, date: number): Promise<void>;
  /** one more event of the site */
  change(): Promise<void>;
  /** brings what the stream holds to the audit writer */
  deliver(): Promise<void>;
  seal(): Promise<unknown>;
  /** what lies in the bucket of exports */
  files(...months: string[]): Promise<Files>;
  close(): Promise<void>;
}

const states = ['active', 'basic', 'commissioning'] as const;

export async function startSealedTrail(): Promise<SealedTrail> {
  const server = await startServer();
  const { runtime } = server.world;
  const pump = await startStreamPump({ runtime, tableName: runtime.env.TABLE_NAME ?? '' });
  const { enterpriseId } = await server.hwf.call('create-enterprise', {});
  const { siteId } = await server.hwf.call('create-site', { enterpriseId, siteRef: 'A', state: 'active' });
  let changes = 0;
  return {
    server,
    siteId,
    async goTo(year, month, date) {
      server.clock.at = Date.UTC(year, month - 1, date, 12) / 1000;
      await sweptUpTo(server, server.clock.at);
    },
    async change() {
      changes += 1;
      await server.hwf.call('update-site', { siteId, state: states[changes % states.length] ?? 'basic' });
    },
    deliver: async () => await pump.drain(),
    seal: async () => await runFunction(server, 'seal-audit'),
    async files(...months) {
      const names = ['seal.json', ...buckets.flatMap(bucket => [`${bucket}.jsonl`, `${bucket}.hashes`])];
      const files = new Map<string, string>();
      for (const month of months)
        for (const name of names) {
          const text = await getObject(runtime, `audit/hub/${month}/${name}`);
          if (text !== undefined) files.set(`${month}/${name}`, text);
        }
      return files;
    },
    async close() {
      await pump.close();
      await server.close();
    },
  };
}

/** The three months from the one of the server's first events on: `202611`. */
export function monthsFrom(at: number): [string, string, string] {
  const name = (after: number) => {
    const time = new Date(at * 1000);
    const month = new Date(Date.UTC(time.getUTCFullYear(), time.getUTCMonth() + after));
    return `${month.getUTCFullYear()}${String(month.getUTCMonth() + 1).padStart(2, '0')}`;
  };
  return [name(0), name(1), name(2)];
}
