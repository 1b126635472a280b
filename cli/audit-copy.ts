import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import type { MonthCopy } from '../domain/audit/read-seals.ts';
import { linesIn } from '../domain/audit/seal.ts';
import { TrailEvent } from '../domain/audit/trail-event.ts';
import { UsageError } from './exit.ts';
import { reading } from './reading.ts';

export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}

/** Lists the months in a copy of `audit/<org>/`; files are read on demand. @throws UsageError when there are none */
export function sealedMonths(folder: string): MonthCopy[] {
  const names = reading(folder, () => readdirSync(folder)).filter(name => /^\d{6}$/.test(name));
  if (names.length === 0)
    throw new UsageError(
      `The folder ${folder} is empty: expected a copy of audit/<org>/, with a folder for each month.`,
    );
  return names.map(month => ({
    month,
    read(name) {
      const path = join(folder, month, name);
      return existsSync(path) ? reading(path, () => readFileSync(path, 'utf8')) : undefined;
    },
  }));
}

/** An event as list-audit-events returns it: with the time as ISO 8601 text. */
const ListedEvent = TrailEvent.extend({ at: z.iso.datetime().transform(text => Date.parse(text) / 1000) });

/** Reads events from a file, one JSON object per line. @throws UsageError */
export function openEvents(path: string): TrailEvent[] {
  const lines = linesIn(reading(path, () => readFileSync(path, 'utf8')));
  return lines.map((line, index) => {
    try {
      return ListedEvent.parse(JSON.parse(line));
    } catch {
      throw new UsageError(`Line ${index + 1} of ${path} is invalid: expected an event of list-audit-events.`);
    }
  });
}
