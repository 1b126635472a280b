import { join } from 'node:path';
import { schedules as table } from '../../lambdas/schedules.ts';
import { startSchedules } from '../../local/schedules.ts';
import { startServer, type TestServer } from '../support/server/server.ts';
import { comeTo } from '../support/server/sweeps.ts';
import { readJson, StartFixture } from './start-fixture.ts';

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
const day = 24 * hour;
const ids = (ran: readonly { id: string }[]) => ran.map(({ id }) => id);

/** A whole day, on which nothing falls due for two hours. */
async function comeToMidnight(): Promise<void> {
  await comeTo(server, (Math.floor(server.clock.at / day) + 1) * day + 10 * 60);
}

/** A long time, of which the sweep has done all but the last hour. */
async function passSwept(seconds: number): Promise<void> {
  await comeTo(server, server.clock.at + seconds);
}

describe('the local schedules', () => {
  beforeEach(async () => await comeToMidnight());

  it('run when they fall due on the clock of the runtime, each once, in the order of the clock', async () => {
    const { runtime } = server.world;
    const schedules = await startSchedules({ runtime });
    expect(await schedules.runDue()).toEqual([]);
    server.clock.at += 56 * 60;
    expect(await schedules.runDue()).toEqual([]);
    server.clock.at += 60;
    expect(await schedules.runDue()).toMatchObject([{ id: 'sweep-expiry', answer: { warned: 0 } }]);
    await passSwept(day);
    const ran = ids(await schedules.runDue());
    expect(ran.toSorted()).toEqual(Object.keys(table).sort());
    expect(ran.indexOf('renew-responders')).toBeLessThan(ran.indexOf('renew-links'));
    expect(await schedules.runDue()).toEqual([]);
    await schedules.close();
  });

  it('say when the next one falls due', async () => {
    const schedules = await startSchedules({ runtime: server.world.runtime });
    expect(schedules.nextDue() - server.clock.at).toBe(57 * 60);
    server.clock.at += 57 * 60;
    expect(schedules.nextDue() - server.clock.at).toBe(hour);
    await schedules.close();
  });

  it('know across restarts when they ran last, and run at the start what fell due meanwhile', async () => {
    const { runtime } = server.world;
    const stateFile = join(fixture.newFolder(), 'schedules.json');
    await (await startSchedules({ runtime, stateFile })).close();
    const begun = server.clock.at;
    expect(readJson(stateFile)).toMatchObject({ 'renew-links': begun, 'sweep-expiry': begun });
    server.clock.at += hour;
    await (await startSchedules({ runtime, stateFile })).close();
    expect(readJson(stateFile)).toMatchObject({ 'renew-links': begun, 'sweep-expiry': begun + hour });
    await passSwept(20 * day);
    await (await startSchedules({ runtime, stateFile })).close();
    expect(readJson(stateFile)).toMatchObject({ 'renew-links': server.clock.at, 'sweep-expiry': server.clock.at });
  });

  it('renew an enterprise link that is due, so that refreshes go on', async () => {
    const schedules = await startSchedules({ runtime: server.world.runtime });
    const { enterpriseId } = await server.hwf.call('create-enterprise', {});
    const before = await server.hwf.call('get-enterprise', { enterpriseId });
    await passSwept(31 * day);
    await schedules.runDue();
    await schedules.close();
    const after = await server.hwf.call('get-enterprise', { enterpriseId });
    expect(Date.parse(after.linkExpiresAt ?? '')).toBeGreaterThan(Date.parse(before.linkExpiresAt ?? ''));
  });

  it('that fail do not count as run, and do not keep the others from theirs', async () => {
    const lines: string[] = [];
    const runtime = { ...server.world.runtime, env: { ...server.world.runtime.env, CERTIFIER_FUNCTION: 'gone' } };
    const schedules = await startSchedules({ runtime, log: line => lines.push(line) });
    server.clock.at += 4 * hour;
    const ran = await schedules.runDue();
    expect(ran.find(({ id }) => id === 'renew-responders')).toMatchObject({ fault: '1 parts failed' });
    expect(lines.join('\n')).toMatch(/sweep-expiry ran[\s\S]*renew-responders failed[\s\S]*renew-links ran/);
    expect(ids(await schedules.runDue())).toEqual(['renew-responders']);
    await schedules.close();
  });
});
