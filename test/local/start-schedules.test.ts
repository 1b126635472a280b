import { join } from 'node:path';
import { jest } from '@jest/globals';
import { startSchedules } from '../../local/schedules.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { readJson, StartFixture } from './start-fixture.ts';

jest.setTimeout(30_000);

const fixture = new StartFixture();
let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(async () => {
  await server.close();
  fixture.close();
});

const hour = 3600;
const all = ['renew-links', 'renew-responders', 'recount-sites', 'make-statements'];

describe('the local schedules', () => {
  it('run at the start, and again when a day has passed on the clock of the runtime', async () => {
    const { runtime } = server.world;
    const schedules = await startSchedules({ runtime });
    expect(await schedules.runDue()).toEqual([]);
    server.clock.at += 23 * hour;
    expect(await schedules.runDue()).toEqual([]);
    server.clock.at += 2 * hour;
    expect(await schedules.runDue()).toEqual(all);
    await schedules.close();
  });

  it('know across restarts when they ran last', async () => {
    const { runtime } = server.world;
    const stateFile = join(fixture.newFolder(), 'schedules.json');
    await (await startSchedules({ runtime, stateFile })).close();
    const ran = readJson(stateFile);
    server.clock.at += 5 * hour;
    await (await startSchedules({ runtime, stateFile })).close();
    expect(readJson(stateFile)).toEqual(ran);
    server.clock.at += 20 * hour;
    await (await startSchedules({ runtime, stateFile })).close();
    expect(readJson(stateFile)).toEqual(Object.fromEntries(all.map(id => [id, server.clock.at])));
  });

  it('renew an enterprise link that is due, so that refreshes go on', async () => {
    const schedules = await startSchedules({ runtime: server.world.runtime });
    const { enterpriseId } = await server.hwf.call('create-enterprise', {});
    const before = await server.hwf.call('get-enterprise', { enterpriseId });
    server.clock.at += 31 * 24 * hour;
    await schedules.runDue();
    await schedules.close();
    const after = await server.hwf.call('get-enterprise', { enterpriseId });
    expect(Date.parse(after.linkExpiresAt ?? '')).toBeGreaterThan(Date.parse(before.linkExpiresAt ?? ''));
  });

  it('that fail do not count as run, and do not keep the others from theirs', async () => {
    const lines: string[] = [];
    const runtime = { ...server.world.runtime, env: { ...server.world.runtime.env, CERTIFIER_FUNCTION: 'gone' } };
    const schedules = await startSchedules({ runtime, log: line => lines.push(line) });
    await schedules.close();
    expect(lines.join('\n')).toMatch(/renew-links ran[\s\S]*renew-responders failed/);
    expect(await schedules.runDue()).toEqual([]);
  });
});
