import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Runtime } from '../../lambdas/platform/kernel/runtime.ts';
import { table } from '../../lambdas/platform/storage/table.ts';
import { startStreamPump } from '../../local/stream-pump.ts';
import { tableName } from '../../local/table.ts';
import { startServer, type TestServer } from '../support/server/server.ts';
import { StartFixture } from './start-fixture.ts';

const fixture = new StartFixture();
let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(async () => {
  await server.close();
  fixture.close();
});

async function eventsOf(enterprise: string): Promise<string[]> {
  const { events } = await server.operator.call('list-audit-events', { enterprise });
  return events.map(({ seq, action }) => `${seq} ${action}`);
}

describe('the pump of the stream', () => {
  it('has delivered everything when it is drained', async () => {
    const pump = await startStreamPump({ runtime: server.world.runtime, tableName });
    const { enterpriseId } = await server.hwf.call('create-enterprise', {});
    await pump.drain();
    await pump.close();
    expect(await eventsOf(enterpriseId)).toEqual(['1 create-enterprise', '2 create-enterprise']);
  });

  it('goes on after a restart where it ended, and from the start when its position is lost', async () => {
    const positionFile = join(fixture.newFolder(), 'stream.json');
    const options = { runtime: server.world.runtime, tableName, positionFile };
    const first = await startStreamPump(options);
    await first.drain();
    await first.close();
    const position = readFileSync(positionFile, 'utf8');
    const { enterpriseId } = await server.hwf.call('create-enterprise', {});

    const second = await startStreamPump(options);
    await second.drain();
    await second.close();
    expect(await eventsOf(enterpriseId)).toHaveLength(2);
    expect(readFileSync(positionFile, 'utf8')).not.toBe(position);

    rmSync(positionFile);
    const third = await startStreamPump(options);
    await third.drain();
    await third.close();
    expect(await eventsOf(enterpriseId)).toHaveLength(2);
  });

  it('delivers again from the record that failed, and skips none', async () => {
    const lines: string[] = [];
    const { enterpriseId } = await server.hwf.call('create-enterprise', {});
    const broken = failingOnce(server.world.runtime);
    const pump = await startStreamPump({ runtime: broken, tableName, log: line => lines.push(line) });
    await expect(pump.drain()).rejects.toThrow(/^write-audit failed at record \d+; it is delivered again$/);
    await pump.drain();
    await pump.close();
    expect(await eventsOf(enterpriseId)).toHaveLength(2);
  });

  it.each([-400, 30, 400])('takes no record for old because the clock of the runtime is %i days ahead', async days => {
    const { now } = server.world.runtime;
    await server.hwf.call('create-enterprise', {});
    const ahead = failingOnce({ ...server.world.runtime, now: () => now() + days * 86_400 });
    const pump = await startStreamPump({ runtime: ahead, tableName });
    await expect(pump.drain()).rejects.toThrow('it is delivered again');
    await pump.drain();
    await pump.close();
    expect(server.world.notices.deadLetters()).toEqual([]);
  });
});

/** DynamoDB refuses the first two batches' first puts, as often as the adapter tries. */
function failingOnce(runtime: Runtime): Runtime {
  let failures = 2;
  const failing: Runtime = {
    ...runtime,
    instrument: stack => {
      stack.add(
        next => async args => {
          failures -= 1;
          if (failures >= 0) throw new Error('no table today');
          return await next(args);
        },
        { step: 'initialize', name: 'failing' },
      );
    },
  };
  table(failing);
  return failing;
}
