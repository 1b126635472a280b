import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import * as z from 'zod';
import type { Seconds } from '../domain/kernel/time.ts';
import { systemRuntime } from '../lambdas/platform/kernel/system-runtime.ts';
import { writeFileWhole } from './json-file.ts';

/** Clock of the local server: runs like this machine's, and can be advanced. */
export interface MovableClock {
  now(): Seconds;
  /** Returns the offset to this machine's clock in seconds; negative after an earlier start date. */
  aheadSeconds(): Seconds;
  /** Advances the clock to a time; does nothing for a time in the past. */
  moveTo(at: Seconds): void;
}

const Ahead = z.coerce.number().int();

export interface MovableClockOptions {
  /** File with the offset in seconds, as a plain number. @default memory only */
  readonly file?: string | undefined;
  /** Initial time; an offset in the file takes precedence. @default this machine's time */
  readonly start?: Seconds | undefined;
}

export function startMovableClock({ file, start }: MovableClockOptions = {}): MovableClock {
  const first = start === undefined ? 0 : start - systemRuntime.now();
  let ahead = file && existsSync(file) ? Ahead.catch(0).parse(readFileSync(file, 'utf8')) : first;
  const keep = () => {
    if (!file) return;
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    writeFileWhole(file, `${ahead}\n`);
  };
  keep();
  return {
    now: () => systemRuntime.now() + ahead,
    aheadSeconds: () => ahead,
    moveTo(at) {
      ahead = Math.max(ahead, at - systemRuntime.now());
      keep();
    },
  };
}
