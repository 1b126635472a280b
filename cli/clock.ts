import { existsSync, readFileSync } from 'node:fs';
import * as z from 'zod';
import type { Seconds } from '../domain/kernel/time.ts';
import { UsageError } from './exit.ts';

const Ahead = z.coerce.number().int();

/**
 * Returns the clock by which a command lives: this machine's, moved by LICENSE_SERVER_CLOCK_AHEAD as the clock of a local server is.
 *
 * @param file the clock file of a local server; where it exists it counts instead of the variable
 * @throws UsageError for what is no number of seconds
 */
export function clockOf(file?: string): () => Seconds {
  const { LICENSE_SERVER_CLOCK_AHEAD = '0' } = process.env;
  const text = file && existsSync(file) ? readFileSync(file, 'utf8') : LICENSE_SERVER_CLOCK_AHEAD;
  const ahead = Ahead.safeParse(text);
  if (!ahead.success) throw new UsageError(`${file ?? 'LICENSE_SERVER_CLOCK_AHEAD'} holds no number of seconds.`);
  return () => Math.floor(Date.now() / 1000) + ahead.data;
}
