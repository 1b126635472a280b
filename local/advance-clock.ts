import { day, isoTime, type Seconds } from '../domain/kernel/time.ts';
import type { LocalNotifications } from './aws/notifications.ts';
import type { LocalSchedules, ScheduleRun } from './schedules.ts';
import type { StreamPump } from './stream-pump.ts';

/** Parts of the local server that depend on the clock. */
export interface Environment {
  readonly clock: { now(): Seconds; moveTo(at: Seconds): void };
  readonly schedules: LocalSchedules;
  readonly pump: StreamPump;
  readonly notices: Pick<LocalNotifications, 'collect' | 'delivered' | 'deadLetters'>;
}

export interface AdvanceOptions {
  /** Receives a line per event. */
  readonly output: (line: string) => void;
  /** Stops the advance between two schedules. */
  readonly signal?: AbortSignal | undefined;
  /** Minimum step of the clock in seconds; each schedule runs at most once per step, as after missed runs. @default 0 */
  readonly stepSeconds?: Seconds | undefined;
  /** Schedules to skip; they catch up later. @default none */
  readonly skipped?: readonly string[] | undefined;
}

/** Interval of progress lines without events. */
const quietDays = 5;

/**
 * Advances the clock from one scheduled run to the next. Each schedule runs at its time, and the
 * stream is delivered before the next run.
 */
export async function advanceClock(
  { clock, schedules, pump, notices }: Environment,
  seconds: Seconds,
  { output, signal, stepSeconds = 0, skipped = [] }: AdvanceOptions,
): Promise<void> {
  const until = clock.now() + seconds;
  const runs = new Map<string, number>();
  await notices.collect();
  const newLines = newEventsOf(notices);
  let reportedAt = clock.now();
  const report = (line: string) => {
    reportedAt = clock.now();
    output(`${isoTime(reportedAt)}  ${line}`);
  };
  const runScheduled = async () => {
    const ran = await schedules.runDue(skipped);
    for (const { id } of ran) runs.set(id, (runs.get(id) ?? 0) + 1);
    const fault = await pump.drain().then(
      () => [],
      (error: unknown) => [`stream: ${error instanceof Error ? error.message : error}`],
    );
    await notices.collect();
    for (const line of [...ran.flatMap(linesOf), ...fault, ...newLines()]) report(line);
    if (clock.now() - reportedAt >= quietDays * day) report(`${quietDays} days without events`);
  };
  const next = () => Math.max(schedules.nextDue(), Math.min(clock.now() + stepSeconds, until));
  await runScheduled();
  for (let at = next(); at <= until && !signal?.aborted; at = next()) {
    clock.moveTo(at);
    await runScheduled();
  }
  if (!signal?.aborted) clock.moveTo(until);
  const summary = [...runs].map(([id, times]) => `${id} ran ${times === 1 ? 'once' : `${times} times`}`);
  report(summary.join(', ') || 'no schedule ran');
}

/** Formats a run; one without results is only counted. */
function linesOf(ran: ScheduleRun): string[] {
  if ('fault' in ran) return [`${ran.id} failed: ${ran.fault}`];
  const counts = Object.entries(Object(ran.answer)).filter(([, count]) => typeof count === 'number' && count > 0);
  return counts.length > 0 ? [`${ran.id}: ${counts.map(([what, count]) => `${count} ${what}`).join(', ')}`] : [];
}

/** Returns a reader of the messages and dead letters since its last call. */
function newEventsOf({ delivered, deadLetters }: Environment['notices']): () => string[] {
  const sources = [
    () => delivered('alerts').map(({ subject }) => `  alert: ${subject}`),
    () => delivered('finance').map(({ subject }) => `  to finance: ${subject}`),
    () => deadLetters().map(() => '  a stream record was dead-lettered'),
  ].map(lines => ({ lines, seen: lines().length }));
  return () =>
    sources.flatMap(source => {
      const lines = source.lines();
      const added = lines.slice(source.seen);
      source.seen = lines.length;
      return added;
    });
}
