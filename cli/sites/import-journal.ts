import { closeSync, existsSync, fsyncSync, openSync, readFileSync, truncateSync, writeSync } from 'node:fs';
import * as z from 'zod';
import { randomName } from '../../sdk/sign-request.ts';
import { UsageError } from '../end.ts';
import { assertPrivate } from '../profiles.ts';
import type { WantedSite } from './site-file.ts';

const Made = z.object({ made: z.string(), kept: z.boolean() });
const Refused = z.object({ refused: z.string() });
export type Outcome = z.infer<typeof Made> | z.infer<typeof Refused>;

const Head = z.object({ server: z.string(), application: z.string() });
const Planned = z.object({ site: z.string(), input: z.string(), idempotencyKey: z.string() });
const Ended = z.object({ site: z.string(), outcome: z.union([Made, Refused]) });
const Line = z.union([Head, Planned, Ended]);
type Line = z.infer<typeof Line>;

/** What an import has begun and ended, on the disk: whoever runs it again goes on where it stopped. */
export interface ImportJournal {
  /** Chooses an Idempotency-Key for each site that has none, durable before this returns. */
  plan(sites: readonly WantedSite[]): void;
  /** @throws when it was not planned */
  idempotencyKeyOf(site: WantedSite): string;
  outcomeOf(site: WantedSite): Outcome | undefined;
  end(site: WantedSite, outcome: Outcome): void;
}

/** @param path need not be there yet @throws UsageError when it belongs to another server or application, or is no journal */
export function openImportJournal(path: string, head: z.infer<typeof Head>): ImportJournal {
  const planned = new Map<string, z.infer<typeof Planned>>();
  const ended = new Map<string, Outcome>();
  let isBegun = false;
  const note = (line: Line) => {
    if ('outcome' in line) ended.set(line.site, line.outcome);
    else if ('site' in line) planned.set(line.site, line);
    else {
      assertSame(path, line, head);
      isBegun = true;
    }
  };
  for (const line of readLines(path)) note(line);
  const write = (lines: readonly Line[]) => {
    append(path, lines);
    for (const line of lines) note(line);
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
      `${path} belongs to an import by ${begun.application} to ${begun.server}: name another file with --state, or the same server and application.`,
    );
}

/** A last line without its end was never finished: what it should have said did not count yet. */
function readLines(path: string): Line[] {
  if (!existsSync(path)) return [];
  assertPrivate(path);
  const text = readFileSync(path, 'utf8');
  const whole = text.slice(0, text.lastIndexOf('\n') + 1);
  if (whole.length < text.length) truncateSync(path, Buffer.byteLength(whole));
  return whole
    .split('\n')
    .filter(line => line !== '')
    .map((line, at) => parseLine(line, `${path}, line ${at + 1}`));
}

function parseLine(line: string, place: string): Line {
  try {
    return Line.parse(JSON.parse(line));
  } catch {
    throw new UsageError(`${place} is not of an import: was it edited? Restore it, or begin anew with --state <file>.`);
  }
}

function append(path: string, lines: readonly Line[]): void {
  if (lines.length === 0) return;
  const file = openSync(path, 'a', 0o600);
  try {
    writeSync(file, lines.map(line => `${JSON.stringify(line)}\n`).join(''));
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
