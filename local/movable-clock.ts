import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import * as z from 'zod';
import type { Seconds } from '../domain/kernel/time.ts';
import { systemRuntime } from '../lambdas/platform/kernel/system-runtime.ts';
import { writeFileWhole } from './json-file.ts';

/** The server's clock on this machine: goes as the machine's does, and can be moved forward. */
export interface MovableClock {
  now(): Seconds;
  /** of this machine's clock; negative when it started on a date before */
  aheadSeconds(): Seconds;
  /** does nothing when that moment is past: time never goes back */
  moveTo(at: Seconds): void;
}

const Ahead = z.coerce.number().int();

export interface MovableClockOptions {
  /** keeps how many seconds the clock is ahead, as a plain number that scripts can read @default memory only */
  readonly file?: string | undefined;
  /** what the clock shows at first; a clock that its file keeps goes on instead @default this machine's time */
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
