import * as z from 'zod';
import type { Seconds } from '../domain/kernel/time.ts';
import { loadHandler } from '../lambdas/areas.ts';
import type { InvokedHandler } from '../lambdas/platform/background/invoked.ts';
import type { Runtime } from '../lambdas/platform/kernel/runtime.ts';
import { schedules } from '../lambdas/schedules.ts';
import { readJsonFile, writeFileWhole } from './json-file.ts';
import { nextRun } from './schedule-times.ts';

/** Emulates EventBridge Scheduler, on the runtime's clock. */
export interface LocalSchedules {
  /**
   * Runs the schedules that became due since their last run, each once, as after a time without the server.
   * @param skipped schedules that count as run; they catch up at their next run
   */
  runDue(skipped?: readonly string[]): Promise<readonly ScheduleRun[]>;
  /** Returns the time of the next scheduled run. */
  nextDue(): Seconds;
  close(): Promise<void>;
}

/** One run of a schedule. */
export type ScheduleRun =
  | { readonly id: string; readonly at: Seconds; readonly answer: unknown }
  | { readonly id: string; readonly at: Seconds; readonly fault: string };

export interface SchedulesOptions {
  readonly runtime: Runtime;
  /** File with the last runs. @default memory only */
  readonly stateFile?: string | undefined;
  readonly log?: ((line: string) => void) | undefined;
}

const checkEveryMs = 60_000;
const LastRuns = z.record(z.string(), z.int());
const rows = Object.entries(schedules).map(([id, { expression }]) => ({ id, expression }));

export type ScheduleId = keyof typeof schedules;
export const scheduleIds = Object.keys(schedules).filter((id): id is ScheduleId => id in schedules);

/** Runs the function of a schedule once, as EventBridge Scheduler does. */
export async function runSchedule(id: string, runtime: Runtime): Promise<unknown> {
  const handler = await loadHandler<InvokedHandler<unknown>>(id);
  return await handler.on(runtime)({});
}

/** Starts the schedules. A new schedule first runs at its next scheduled time, as in AWS. */
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

  /** Runs a schedule. A failed one is retried at the next check, and does not affect others. */
  async function run(id: string): Promise<ScheduleRun> {
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

  async function runDue(skipped: readonly string[] = []): Promise<readonly ScheduleRun[]> {
    const now = runtime.now();
    for (const { id } of rows) if (skipped.includes(id)) lastRuns.set(id, now);
    const next = rows.map(({ id, expression }) => ({ id, at: nextRun(expression, lastRuns.get(id) ?? now) }));
    const due = next.filter(({ at }) => at <= now).sort((a, b) => a.at - b.at);
    const ran: ScheduleRun[] = [];
    for (const { id } of due) ran.push(await run(id));
    return ran;
  }

  let running: Promise<unknown> = Promise.resolve();
  const inTurn = async (skipped?: readonly string[]) => {
    const mine = running.then(async () => await runDue(skipped));
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
