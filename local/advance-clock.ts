import { day, isoTime, type Seconds } from '../domain/kernel/time.ts';
import type { LocalNotices } from './aws/notifications.ts';
import type { LocalSchedules, Ran } from './schedules.ts';
import type { StreamPump } from './stream-pump.ts';

/** What time has to do with on this machine. */
export interface Environment {
  readonly clock: { now(): Seconds; moveTo(at: Seconds): void };
  readonly schedules: LocalSchedules;
  readonly pump: StreamPump;
  readonly notices: Pick<LocalNotices, 'collect' | 'delivered' | 'aside'>;
}

export interface Passing {
  /** one line of what happened */
  readonly tell: (line: string) => void;
  /** ends between two schedules */
  readonly signal?: AbortSignal | undefined;
  /** the clock goes at least so far at once, and what fell due on the way runs once, as after missed runs @default 0 */
  readonly stepSeconds?: Seconds | undefined;
  /** schedules that need not run on the way: they catch up later @default none */
  readonly idle?: readonly string[] | undefined;
}

/** A person who waits hears after so much time without news that it passes. */
const quietDays = 5;

/**
 * Lets time pass as it does in the cloud: the clock goes from one schedule that falls due to the next, each runs at its time, and the
 * stream is delivered before the next one comes.
 */
export async function advanceClock(
  { clock, schedules, pump, notices }: Environment,
  seconds: Seconds,
  { tell, signal, stepSeconds = 0, idle = [] }: Passing,
): Promise<void> {
  const until = clock.now() + seconds;
  const runs = new Map<string, number>();
  await notices.collect();
  const news = newsOf(notices);
  let toldAt = clock.now();
  const tellNow = (line: string) => {
    toldAt = clock.now();
    tell(`${isoTime(toldAt)}  ${line}`);
  };
  const happen = async () => {
    const ran = await schedules.runDue(idle);
    for (const { id } of ran) runs.set(id, (runs.get(id) ?? 0) + 1);
    const fault = await pump.drain().then(
      () => [],
      (error: unknown) => [`stream: ${error instanceof Error ? error.message : error}`],
    );
    await notices.collect();
    for (const line of [...ran.flatMap(linesOf), ...fault, ...news()]) tellNow(line);
    if (clock.now() - toldAt >= quietDays * day) tellNow(`${quietDays} days without news`);
  };
  const next = () => Math.max(schedules.nextDue(), Math.min(clock.now() + stepSeconds, until));
  await happen();
  for (let at = next(); at <= until && !signal?.aborted; at = next()) {
    clock.moveTo(at);
    await happen();
  }
  if (!signal?.aborted) clock.moveTo(until);
  const summary = [...runs].map(([id, times]) => `${id} ran ${times === 1 ? 'once' : `${times} times`}`);
  tellNow(summary.join(', ') || 'nothing fell due');
}

/** A run of which nothing came is counted only. */
function linesOf(ran: Ran): string[] {
  if ('fault' in ran) return [`${ran.id} failed: ${ran.fault}`];
  const counts = Object.entries(Object(ran.answer)).filter(([, count]) => typeof count === 'number' && count > 0);
  return counts.length > 0 ? [`${ran.id}: ${counts.map(([what, count]) => `${count} ${what}`).join(', ')}`] : [];
}

/** @returns a reader of what was delivered or set aside since it was asked last */
function newsOf({ delivered, aside }: Environment['notices']): () => string[] {
  const sources = [
    () => delivered('alerts').map(({ subject }) => `  alert: ${subject}`),
    () => delivered('finance').map(({ subject }) => `  to finance: ${subject}`),
    () => aside().map(() => '  a record of the stream was set aside'),
  ].map(lines => ({ lines, seen: lines().length }));
  return () =>
    sources.flatMap(source => {
      const lines = source.lines();
      const news = lines.slice(source.seen);
      source.seen = lines.length;
      return news;
    });
}
