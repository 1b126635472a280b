import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Table, table } from '../../lambdas/platform/storage/table.ts';
import { skipEmptyPartitions } from '../../local/empty-partitions.ts';
import { tableName } from '../../local/table.ts';
import { startServer, type TestServer } from '../support/server/server.ts';

const partition = (shard: number) => `X#2031-05-14T10#${shard}`;
const item = (name: string, shard: number) => ({
  pk: `E#${name}`,
  sk: '#',
  xpk: partition(shard),
  xsk: `site:${name}`,
});

describe('queries of the expiry index in a local server', () => {
  let server: TestServer;
  let storage: Table;
  beforeAll(async () => {
    server = await startServer();
    await table(server.world.runtime).commit([{ put: item('earlier', 1) }]);
    const skip = await skipEmptyPartitions(tableName);
    const instrument: typeof skip = stack => {
      skip(stack);
      server.meter.watch(stack);
    };
    storage = table({ ...server.world.runtime, instrument });
  });
  afterAll(async () => await server.close());

  /** The subjects of a partition, and how many requests the query took. */
  async function query(shard: number) {
    let requests = 0;
    server.meter.fault = () => {
      requests += 1;
      return undefined;
    };
    const { items } = await storage.queryExpiry({ xpk: partition(shard), limit: 10 });
    return { subjects: items.map(({ xsk }) => xsk), requests };
  }

  it('send no request for an empty partition', async () => {
    expect(await query(0)).toEqual({ subjects: [], requests: 0 });
  });

  it('find what an earlier run has written', async () => {
    expect(await query(1)).toEqual({ subjects: ['site:earlier'], requests: 1 });
  });

  it('find what was put, alone and in a transaction, and what an update moved to another partition', async () => {
    await storage.commit([{ put: item('alone', 2) }]);
    await storage.commit([{ put: item('first', 3) }, { put: item('second', 4) }]);
    const key = { pk: 'E#alone', sk: '#' };
    await storage.commit([{ update: key, expression: 'SET xpk = :xpk', values: { ':xpk': partition(5) } }]);
    expect(await query(2)).toEqual({ subjects: [], requests: 1 });
    expect(await query(3)).toEqual({ subjects: ['site:first'], requests: 1 });
    expect(await query(4)).toEqual({ subjects: ['site:second'], requests: 1 });
    expect(await query(5)).toEqual({ subjects: ['site:alone'], requests: 1 });
  });
});
