import { existsSync, readFileSync } from 'node:fs';
import * as z from 'zod';
import type { Seconds } from '../domain/kernel/time.ts';
import { UsageError } from './exit.ts';

const Ahead = z.coerce.number().int();

/**
 * Returns the clock of a command: this machine's, advanced by LICENSE_SERVER_CLOCK_AHEAD like the clock of a local server.
 *
 * @param file the clock file of a local server; takes precedence over the variable where it exists
 * @throws UsageError when the value is not a number of seconds
 */
export function clockOf(file?: string): () => Seconds {
  const { LICENSE_SERVER_CLOCK_AHEAD = '0' } = process.env;
  const text = file && existsSync(file) ? readFileSync(file, 'utf8') : LICENSE_SERVER_CLOCK_AHEAD;
  const ahead = Ahead.safeParse(text);
  if (!ahead.success)
    throw new UsageError(`${file ?? 'LICENSE_SERVER_CLOCK_AHEAD'} is invalid: expected a number of seconds.`);
  return () => Math.floor(Date.now() / 1000) + ahead.data;
}
