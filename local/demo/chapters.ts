import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DemoServer } from './demo-server.ts';
import { demonstrateEndings } from './endings.ts';
import { demonstrateKeys } from './keys.ts';
import { demonstrateChecks, demonstrateLicenses } from './licenses.ts';
import { demonstrateModes } from './modes.ts';
import { demonstrateMonth } from './month.ts';
import { demonstrateQuarter } from './quarter.ts';
import { demonstrateRotations } from './rotations.ts';
import type { RunStep } from './step-runner.ts';
import { storyTimes } from './story-times.ts';

/** A part of the demo that runs on a new server of its own, or after the chapters before it. */
export interface Chapter {
  readonly summary: string;
  run(server: DemoServer, step: RunStep): Promise<void>;
}

/** The chapters in the order of `all`; the first one is the default. */
export const chapters = {
  keys: {
    summary: 'the keys of two sites: issue, check, promote, refresh, clone, forge, suspend, delete, audit',
    async run(server, step) {
      const licenses = await demonstrateLicenses(server, step);
      await demonstrateChecks(server, step, licenses);
      const { plant, trial } = await demonstrateModes(server, step, licenses);
      await demonstrateEndings(server, step, { plant: await demonstrateKeys(server, step, plant), trial });
    },
  },
  quarter: {
    summary: 'a quarter: expiry alerts, a manifest with a wrong count, the signed statement and its correction',
    async run(server, step) {
      const times = storyTimes(server.started);
      const month = await demonstrateMonth(server, step, times);
      const folder = mkdtempSync(join(tmpdir(), 'license-server-demo-'));
      await demonstrateQuarter(server, step, { times, month, folder });
    },
  },
  rotation: {
    summary: 'the rotation of all keys: Root, Org, signing key of an enterprise, a compromised signing key',
    run: demonstrateRotations,
  },
} as const satisfies Record<string, Chapter>;

export type ChapterId = keyof typeof chapters;
export const chapterIds = Object.keys(chapters).filter((id): id is ChapterId => id in chapters);

/** Thrown when the arguments name no chapter. */
export class UnknownChapterError extends Error {
  constructor(name: string) {
    super(`The chapter ${JSON.stringify(name)} is unknown: expected ${[...chapterIds, 'all'].join(', ')}.`);
    this.name = 'UnknownChapterError';
  }
}

/** Lists the chapters, one per line. */
export function chapterList(): string {
  const all = { id: 'all', summary: 'all chapters, on one server' };
  const rows = [...chapterIds.map(id => ({ id, summary: chapters[id].summary })), all];
  const width = Math.max(...rows.map(({ id }) => id.length));
  return rows.map(({ id, summary }) => `  ${id.padEnd(width)}  ${summary}`).join('\n');
}

/**
 * Parses the arguments of `npm run demo`.
 * @returns the chapters to run; none for `--list`
 * @throws UnknownChapterError
 */
export function chosenChapters(args: readonly string[]): readonly ChapterId[] {
  const [name = chapterIds[0] ?? '', ...more] = args;
  if (name === '--list' && more.length === 0) return [];
  if (name === 'all' && more.length === 0) return chapterIds;
  const chosen = chapterIds.filter(id => id === name);
  if (chosen.length === 0 || more.length > 0) throw new UnknownChapterError(args.join(' '));
  return chosen;
}
