import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { systemRuntime } from '../../lambdas/platform/kernel/system-runtime.ts';
import { advanceClock, type Environment } from '../../local/advance-clock.ts';
import { startMovableClock } from '../../local/movable-clock.ts';
import { startSchedules } from '../../local/schedules.ts';
import { startStreamPump } from '../../local/stream-pump.ts';
import { tableName } from '../../local/table.ts';
import { captureOutput } from '../support/output.ts';
import { startServer, type TestServer } from '../support/server/server.ts';
import { comeTo, hourOf } from '../support/server/sweeps.ts';
import { StartFixture } from './start-fixture.ts';

const hour = 3600;
const day = 86_400;

describe('the clock that can be moved', () => {
  const fixture = new StartFixture();
  afterAll(() => fixture.close());
  const machine = systemRuntime.now;

  it('goes as the machine does until it is moved, and never back', () => {
    const clock = startMovableClock();
    expect(clock.now() - machine()).toBeLessThanOrEqual(1);
    clock.moveTo(machine() + day);
    clock.moveTo(machine() + hour);
    expect(clock.aheadSeconds()).toBeGreaterThanOrEqual(day - 1);
    expect(clock.now() - machine()).toBeGreaterThanOrEqual(day - 1);
  });

  it.each([-400, 400])('starts %i days from the machine when it is told so', days => {
    const clock = startMovableClock({ start: machine() + days * day });
    expect(Math.abs(clock.aheadSeconds() - days * day)).toBeLessThanOrEqual(1);
    clock.moveTo(clock.now() + hour);
    expect(Math.abs(clock.aheadSeconds() - days * day - hour)).toBeLessThanOrEqual(1);
  });

  it('is kept in its file, which scripts can read', () => {
    const file = join(fixture.newFolder(), 'keys/clock-ahead');
    const clock = startMovableClock({ file });
    clock.moveTo(machine() + 30 * day);
    expect(startMovableClock({ file }).aheadSeconds()).toBe(clock.aheadSeconds());
    writeFileSync(file, 'broken');
    expect(startMovableClock({ file }).aheadSeconds()).toBe(0);
  });
});

describe('when time passes', () => {
  const output = captureOutput();
  let server: TestServer;
  let surroundings: Environment;
  let delivered: string[];
  let close: () => Promise<void>;

  beforeAll(async () => {
    server = await startServer({ quickSweeps: true });
    server.clock.at = hourOf(server.clock.at) + hour;
    const { runtime } = server.world;
    const clock = {
      now: runtime.now,
      moveTo: (at: number) => {
        server.clock.at = at;
      },
    };
    const schedules = await startSchedules({ runtime });
    const pump = await startStreamPump({ runtime, tableName });
    const notices = {
      delivered: (topic: string) =>
        topic === 'alerts' ? delivered.map(subject => ({ subject, message: '', attributes: {} })) : [],
      deadLetters: () => [],
      collect: async () => {},
    };
    surroundings = { clock, schedules, pump, notices };
    close = async () => {
      await schedules.close();
      await pump.close();
      await server.close();
    };
  });
  beforeEach(() => {
    delivered = [];
  });
  afterAll(async () => {
    await close();
    output.restore();
  });

  function deliverTo(subjects: string[]): void {
    delivered = subjects;
  }

  async function told(seconds: number, signal?: AbortSignal): Promise<string[]> {
    const lines: string[] = [];
    await advanceClock(surroundings, seconds, { output: line => lines.push(line), signal });
    return lines;
  }

  it('scheduled runs happen at their time, and their results are printed', async () => {
    const { enterpriseId } = await server.hwf.call('create-enterprise', {});
    const site = await server.hwf.call('create-site', { enterpriseId, siteRef: 'A', state: 'active' });
    const due = hourOf(Date.parse(site.expiresAt) / 1000) - day;
    await comeTo(server, due - hour + 60);
    await surroundings.schedules.runDue();
    const [from, lines] = [server.clock.at, await told(2 * hour)];
    const time = new Date((due + 7 * 60) * 1000).toISOString().replace('.000Z', 'Z');
    expect(lines).toContain(`${time}  sweep-expiry: 1 warned`);
    expect(lines.at(-1)).toContain('sweep-expiry ran 2 times');
    expect(server.clock.at).toBe(from + 2 * hour);
  });

  it('a day runs the hourly schedule 24 times, the daily ones once', async () => {
    const lines = await told(day);
    expect(lines.at(-1)).toContain('sweep-expiry ran 24 times');
    for (const id of ['renew-links', 'renew-responders']) expect(lines.at(-1)).toContain(`${id} ran once`);
  });

  it('in steps of 5 days each runs once in a step, as after missed runs', async () => {
    const [from, lines] = [server.clock.at, [] as string[]];
    await advanceClock(surroundings, 12 * day, { output: line => lines.push(line), stepSeconds: 5 * day });
    expect(lines.at(-1)).toContain('sweep-expiry ran 3 times');
    expect(lines.at(-1)).toContain('renew-responders ran 3 times');
    expect(server.clock.at).toBe(from + 12 * day);
  });

  it('a waiting client gets progress although nothing happens', async () => {
    const lines: string[] = [];
    const skipped = ['sweep-expiry'];
    await advanceClock(surroundings, 6 * day, { output: line => lines.push(line), stepSeconds: day, skipped });
    expect(lines.map(line => line.slice(22))).toContain('5 days without events');
  });

  it('a skipped schedule does not run, and is not due afterwards', async () => {
    const lines: string[] = [];
    await advanceClock(surroundings, 2 * day, { output: line => lines.push(line), skipped: ['sweep-expiry'] });
    expect(lines.at(-1)).toContain('renew-links ran 2 times');
    expect(lines.at(-1)).not.toContain('sweep-expiry');
    expect((await surroundings.schedules.runDue()).map(({ id }) => id)).not.toContain('sweep-expiry');
  });

  it('alerts are told with their subject lines, each once', async () => {
    delivered = ['of yesterday'];
    const { pump } = surroundings;
    const deliverTwo = { ...pump, drain: async () => deliverTo(['of yesterday', 'Key ends', 'Key ends']) };
    const lines: string[] = [];
    await advanceClock({ ...surroundings, pump: deliverTwo }, 2 * hour, { output: line => lines.push(line) });
    expect(lines.filter(line => line.includes('alert:')).map(line => line.slice(22))).toEqual([
      '  alert: Key ends',
      '  alert: Key ends',
    ]);
  });

  it('a consumer that fails is told, and time goes on', async () => {
    const failing = { ...surroundings.pump, drain: async () => await Promise.reject(new Error('it is down')) };
    const lines: string[] = [];
    await advanceClock({ ...surroundings, pump: failing }, 60, { output: line => lines.push(line) });
    expect(lines.map(line => line.slice(22))).toEqual(['stream: it is down', 'no schedule ran']);
  });

  it('ends between two schedules when it is told to', async () => {
    const end = new AbortController();
    end.abort();
    const from = server.clock.at;
    await told(day, end.signal);
    expect(server.clock.at).toBe(from);
  });
});
