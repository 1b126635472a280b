import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import * as z from 'zod';
import type { Client } from '../../sdk/client.ts';
import { createKeyring } from '../../sdk/keys/keyring.ts';
import { openFileStore } from '../../sdk/stores/file-store.ts';
import { inPlace, placeOfKeys } from '../../sdk/stores/key-store.ts';
import { lockFile } from '../../sdk/stores/process-lock.ts';
import { answered, callerOf } from '../caller.ts';
import { readTarget } from '../credentials.ts';
import { UsageError } from '../exit.ts';
import { note, output, outputJson } from '../output.ts';
import { readPinnedRoots } from '../pinned-roots.ts';
import { checkImport } from './import-check.ts';
import { type ImportJournal, openImportJournal } from './import-journal.ts';
import { keyLines, type ReportRow, reportCsv, reportRows, summaryLines } from './import-report.ts';
import { importSites } from './import-sites.ts';
import { progressBar } from './progress-bar.ts';
import { readSiteFile, type WantedSite } from './site-file.ts';
import { createSiteMaker, type KeyKeeping, type SiteMaker } from './site-maker.ts';

const Options = z.object({
  yes: z.boolean(),
  keys: z.string().optional(),
  root: z.array(z.string()).default([]),
  reissue: z.boolean(),
  state: z.string().optional(),
  report: z.string().optional(),
  concurrency: z.coerce.number().int().min(1).max(16),
  json: z.boolean(),
});
type Options = z.infer<typeof Options>;

/** `license-server sites import`. @throws UsageError, ProblemError, Unreachable */
export async function importFile(path: string, given: unknown): Promise<void> {
  const parsed = Options.safeParse(given);
  if (!parsed.success) throw new UsageError('--concurrency is a number from 1 to 16.');
  const options = parsed.data;
  if (path === '-' && !(options.state && options.report))
    throw new UsageError('Sites from standard input need --state <file> and --report <file>.');
  const { state = `${path}.import.jsonl`, report = `${path}.report.csv` } = options;
  if (new Set([path, state, report].map(name => resolve(name))).size < 3)
    throw new UsageError('The file, --state and --report must be three: none is written over another.');
  const sites = readSiteFile(path);
  const target = await readTarget('create-site', given);
  const client = callerOf(target);
  const application = target.key?.keyid.split('.').slice(0, 2).join('/') ?? '';
  const keeping = await keepingOf(options, client);
  const maker = createSiteMaker(client, keeping);
  const openJournal = () => openImportJournal(state, { server: target.url, application });
  if (!options.yes) {
    const found = await answered(target.url, checkImport(sites, openJournal(), maker, client));
    if (options.json) outputJson(found.counts);
    else output(found.lines.join('\n'));
    if (found.isRefused) process.exitCode = 1;
    return;
  }
  await alone(state, async () => {
    const journal = openJournal();
    const rowsNow = async () => reportRows(sites, journal, await keeping?.names());
    // Before anything is sent: where the report can't be written, nothing is made.
    writeReport(report, await rowsNow());
    try {
      await makeAll(sites, journal, maker, options);
    } finally {
      const rows = await rowsNow();
      writeReport(report, rows);
      tell(rows, report, options);
    }
  });
}

interface Keeping extends KeyKeeping {
  /** of the sites whose keys are there */
  names(): Promise<ReadonlySet<string>>;
}

async function keepingOf({ keys, root, reissue }: Options, client: Client): Promise<Keeping | undefined> {
  if (keys === undefined) {
    if (reissue) throw new UsageError('--reissue needs --keys <folder>: another key must be kept somewhere.');
    return undefined;
  }
  if (root.length === 0)
    throw new UsageError('--keys needs --root <jwk file>: only a key that is genuine under your Root is kept.');
  const store = await openFileStore(keys);
  const keyring = createKeyring({ client: answering(client), store, root: readPinnedRoots(root) });
  return { keyring, reissue, names: async () => new Set(await inPlace(store, placeOfKeys).names()) };
}

/** A server that can't be reached is called so, whoever asked it. */
function answering(client: Client): Client {
  return {
    ...client,
    callByName: async (...call) => await answered(client.url, client.callByName(...call)),
  };
}

/** Ctrl-C lets what is begun end; a second one ends the program at once, and the next run goes on all the same. */
async function makeAll(sites: readonly WantedSite[], journal: ImportJournal, maker: SiteMaker, options: Options) {
  const stop = new AbortController();
  const asked = () => {
    stop.abort();
    note('\nInterrupted: what was begun ends first.');
  };
  const bar = progressBar(process.stderr);
  process.once('SIGINT', asked).once('SIGTERM', asked);
  try {
    const { concurrency } = options;
    await importSites(sites, journal, maker, { concurrency, signal: stop.signal, onProgress: bar.show });
  } finally {
    process.off('SIGINT', asked).off('SIGTERM', asked);
    bar.end();
  }
  if (stop.signal.aborted) process.exitCode = 130;
}

async function alone(state: string, work: () => Promise<void>): Promise<void> {
  const release = await lockFile(`${state}.lock`);
  if (!release) throw new UsageError(`Another import works with ${state}: let it end first.`);
  await work().finally(release);
}

function writeReport(path: string, rows: readonly ReportRow[]): void {
  try {
    writeFileSync(path, reportCsv(rows));
  } catch (error) {
    throw new UsageError(`${path} can't be written: ${error instanceof Error ? error.message : error}`);
  }
}

function tell(rows: readonly ReportRow[], report: string, { json, keys }: Options): void {
  const lacksKey = keys !== undefined && rows.some(({ outcome, keyKept }) => outcome === 'made' && keyKept !== 'yes');
  if (lacksKey || rows.some(({ outcome }) => outcome === 'refused')) process.exitCode ??= 1;
  const lines = [...summaryLines(rows), ...keyLines(rows, keys), `report   ${report}`];
  if (json) outputJson({ report, sites: rows });
  else output(lines.join('\n'));
}
