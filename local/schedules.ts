import * as z from 'zod';
import { day } from '../domain/time.ts';
import type { InvokedHandler } from '../lambdas/pipeline/invoked.ts';
import type { Runtime } from '../lambdas/runtime.ts';
import { schedules } from '../lambdas/schedules.ts';
import { readJsonFile, writeFileWhole } from './json-file.ts';

/** Does what EventBridge Scheduler does, on the runtime's clock: every schedule runs once a day, and catches up at the start. */
export interface LocalSchedules {
  /** Runs what has not run for a day. @returns their ids */
  runDue(): Promise<string[]>;
  close(): Promise<void>;
}

export interface SchedulesOptions {
  readonly runtime: Runtime;
  /** keeps when each ran last @default memory only */
  readonly stateFile?: string | undefined;
  readonly log?: ((line: string) => void) | undefined;
}

const checkEveryMs = 60_000;
const LastRuns = z.record(z.string(), z.int());

export async function startSchedules({
  runtime,
  stateFile,
  log = () => {},
}: SchedulesOptions): Promise<LocalSchedules> {
  const lastRuns = new Map(Object.entries(readJsonFile(stateFile, LastRuns) ?? {}));
  let running: Promise<unknown> = Promise.resolve();

  async function run(id: string): Promise<void> {
    const at = runtime.now();
    const { handler }: { handler: InvokedHandler<unknown> } = await import(`../lambdas/scheduled/${id}/handler.ts`);
    await handler.on(runtime)({});
    lastRuns.set(id, at);
    if (stateFile) writeFileWhole(stateFile, JSON.stringify(Object.fromEntries(lastRuns)));
    log(`schedule: ${id} ran`);
  }

  /** One that fails is tried again at the next check, and does not keep the others from theirs. */
  async function runDue(): Promise<string[]> {
    const done: string[] = [];
    for (const id of Object.keys(schedules)) {
      if (runtime.now() - (lastRuns.get(id) ?? 0) < day) continue;
      await run(id).then(
        () => done.push(id),
        (error: unknown) => log(`schedule: ${id} failed: ${error instanceof Error ? error.message : error}`),
      );
    }
    return done;
  }

  const inTurn = async () => {
    const mine = running.then(runDue);
    running = mine;
    return await mine;
  };
  await inTurn();
  const timer = setInterval(() => void inTurn(), checkEveryMs).unref();
  return {
    runDue: inTurn,
    async close() {
      clearInterval(timer);
      await running;
    },
  };
}
