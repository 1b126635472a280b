import * as z from 'zod';
import type { Seconds } from '../domain/kernel/time.ts';
import { loadHandler } from '../lambdas/areas.ts';
import type { InvokedHandler } from '../lambdas/platform/background/invoked.ts';
import type { Runtime } from '../lambdas/platform/kernel/runtime.ts';
import { schedules } from '../lambdas/schedules.ts';
import { readJsonFile, writeFileWhole } from './json-file.ts';
import { nextRun } from './schedule-times.ts';

/** Does what EventBridge Scheduler does, on the runtime's clock. */
export interface LocalSchedules {
  /**
   * Runs what has fallen due since it ran last; each once, as after a time without the server.
   * @param idle schedules that count as run: they catch up when they run next
   */
  runDue(idle?: readonly string[]): Promise<readonly Ran[]>;
  /** When the next one falls due, from now on. */
  nextDue(): Seconds;
  close(): Promise<void>;
}

/** One run of a schedule. */
export type Ran =
  | { readonly id: string; readonly at: Seconds; readonly answer: unknown }
  | { readonly id: string; readonly at: Seconds; readonly fault: string };

export interface SchedulesOptions {
  readonly runtime: Runtime;
  /** keeps when each ran last @default memory only */
  readonly stateFile?: string | undefined;
  readonly log?: ((line: string) => void) | undefined;
}

const checkEveryMs = 60_000;
const LastRuns = z.record(z.string(), z.int());
const rows = Object.entries(schedules).map(([id, { expression }]) => ({ id, expression }));

export type ScheduleId = keyof typeof schedules;
export const scheduleIds = Object.keys(schedules).filter((id): id is ScheduleId => id in schedules);

/** Runs the function of a schedule once, as the cloud would when it falls due. */
export async function runSchedule(id: string, runtime: Runtime): Promise<unknown> {
  const handler = await loadHandler<InvokedHandler<unknown>>(id);
  return await handler.on(runtime)({});
}

/** One that was never seen before begins now: as in the cloud, it first runs when it falls due. */
export async function startSchedules({
  runtime,
  stateFile,
  log = () => {},
}: SchedulesOptions): Promise<LocalSchedules> {
  const begun = rows.map(({ id }): [string, Seconds] => [id, runtime.now()]);
  const lastRuns = new Map([...begun, ...Object.entries(readJsonFile(stateFile, LastRuns) ?? {})]);
  const keep = () => {
    if (stateFile) writeFileWhole(stateFile, JSON.stringify(Object.fromEntries(lastRuns)));
  };

  /** One that fails is tried again at the next check, and does not keep the others from theirs. */
  async function run(id: string): Promise<Ran> {
    const at = runtime.now();
    try {
      const answer = await runSchedule(id, runtime);
      lastRuns.set(id, at);
      keep();
      log(`schedule: ${id} ran`);
      return { id, at, answer };
    } catch (error) {
      const fault = error instanceof Error ? error.message : String(error);
      log(`schedule: ${id} failed: ${fault}`);
      return { id, at, fault };
    }
  }

  async function runDue(idle: readonly string[] = []): Promise<readonly Ran[]> {
    const now = runtime.now();
    for (const { id } of rows) if (idle.includes(id)) lastRuns.set(id, now);
    const next = rows.map(({ id, expression }) => ({ id, at: nextRun(expression, lastRuns.get(id) ?? now) }));
    const due = next.filter(({ at }) => at <= now).sort((a, b) => a.at - b.at);
    const ran: Ran[] = [];
    for (const { id } of due) ran.push(await run(id));
    return ran;
  }

  let running: Promise<unknown> = Promise.resolve();
  const inTurn = async (idle?: readonly string[]) => {
    const mine = running.then(async () => await runDue(idle));
    running = mine;
    return await mine;
  };
  keep();
  await inTurn();
  const timer = setInterval(() => void inTurn(), checkEveryMs).unref();
  return {
    runDue: inTurn,
    nextDue: () => Math.min(...rows.map(({ expression }) => nextRun(expression, runtime.now()))),
    async close() {
      clearInterval(timer);
      await running;
    },
  };
}
