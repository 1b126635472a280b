import { closeSync, existsSync, fstatSync, fsyncSync, ftruncateSync, openSync, writeFileSync } from 'node:fs';
import * as z from 'zod';
import { randomName } from '../../sdk/sign-request.ts';
import { UsageError } from '../exit.ts';
import { readPrivateFile } from '../private-file.ts';
import { Outcome } from './outcome.ts';
import type { SiteRequest } from './site-file.ts';

const Head = z.object({ server: z.string(), application: z.string() });
const Planned = z.object({ site: z.string(), input: z.string(), idempotencyKey: z.string() });
const Ended = z.object({ site: z.string(), outcome: Outcome });
const Line = z.union([Head, Planned, Ended]);
type Line = z.infer<typeof Line>;

/** Progress of an import on disk, so that a repeated command continues where it stopped. */
export interface ImportJournal {
  /** Assigns an Idempotency-Key to each site without one; durable when it returns. */
  plan(sites: readonly SiteRequest[]): void;
  /** Returns the Idempotency-Key of a site. @throws when it was not planned */
  idempotencyKeyOf(site: SiteRequest): string;
  outcomeOf(site: SiteRequest): Outcome | undefined;
  end(site: SiteRequest, outcome: Outcome): void;
}

/** Opens a journal without changing it. @param path may not exist yet @throws UsageError when it belongs to another server or application, or is invalid */
export function openImportJournal(path: string, head: z.infer<typeof Head>): ImportJournal {
  const planned = new Map<string, z.infer<typeof Planned>>();
  const ended = new Map<string, Outcome>();
  let isBegun = false;
  const take = (line: Line) => {
    if ('outcome' in line) ended.set(line.site, line.outcome);
    else if ('site' in line) planned.set(line.site, line);
    else {
      assertSame(path, line, head);
      isBegun = true;
    }
  };
  const { lines: known, bytes } = readLines(path);
  for (const line of known) take(line);
  let size = bytes;
  const write = (lines: readonly Line[]) => {
    size = append(path, lines, size);
    for (const line of lines) take(line);
  };
  return {
    plan(sites) {
      const fresh = sites.filter(({ name, input }) => planned.get(name)?.input !== JSON.stringify(input));
      const begun = isBegun ? [] : [head];
      write([
        ...begun,
        ...fresh.map(({ name, input }) => ({
          site: name,
          input: JSON.stringify(input),
          idempotencyKey: randomName(),
        })),
      ]);
    },
    idempotencyKeyOf({ name }) {
      const known = planned.get(name);
      if (!known) throw new Error(`${name} was not planned.`);
      return known.idempotencyKey;
    },
    outcomeOf: ({ name }) => ended.get(name),
    end: ({ name }, outcome) => write([{ site: name, outcome }]),
  };
}

function assertSame(path: string, begun: z.infer<typeof Head>, head: z.infer<typeof Head>): void {
  if (begun.server !== head.server || begun.application !== head.application)
    throw new UsageError(
      `The state file ${path} belongs to an import by ${begun.application} to ${begun.server}. Use another file with --state, or the same server and application.`,
    );
}

/** Reads the complete lines; an incomplete last line is ignored. */
function readLines(path: string): { lines: Line[]; bytes: number } {
  if (!existsSync(path)) return { lines: [], bytes: 0 };
  const text = readPrivateFile(path);
  const whole = text.slice(0, text.lastIndexOf('\n') + 1);
  const lines = whole
    .split('\n')
    .filter(line => line !== '')
    .map((line, at) => parseLine(line, `${path}, line ${at + 1}`));
  return { lines, bytes: Buffer.byteLength(whole) };
}

function parseLine(line: string, place: string): Line {
  try {
    return Line.parse(JSON.parse(line));
  } catch {
    throw new UsageError(
      `${place} is invalid: expected a line of an import. Restore the file, or start again with --state <file>.`,
    );
  }
}

/** Appends complete lines; truncates an incomplete one of a full disk or a crash. @returns the new size */
function append(path: string, lines: readonly Line[], size: number): number {
  if (lines.length === 0) return size;
  const file = openSync(path, 'a', 0o600);
  try {
    ftruncateSync(file, size);
    writeFileSync(file, lines.map(line => `${JSON.stringify(line)}\n`).join(''));
    fsyncSync(file);
    return fstatSync(file).size;
  } finally {
    closeSync(file);
  }
}
