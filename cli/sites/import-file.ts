import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import * as z from 'zod';
import type { Client } from '../../sdk/client.ts';
import { createKeyring } from '../../sdk/keys/keyring.ts';
import { openFileStore } from '../../sdk/stores/file-store.ts';
import { keysPrefix, withPrefix } from '../../sdk/stores/key-store.ts';
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
import { type KeyStorage, newSiteCreator, type SiteCreator } from './site-creator.ts';
import { readSiteFile, type SiteRequest } from './site-file.ts';

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
  if (!parsed.success) throw new UsageError('--concurrency is invalid: expected a number from 1 to 16.');
  const options = parsed.data;
  if (path === '-' && !(options.state && options.report))
    throw new UsageError('Sites from standard input require --state <file> and --report <file>.');
  const { state = `${path}.import.jsonl`, report = `${path}.report.csv` } = options;
  if (new Set([path, state, report].map(name => resolve(name))).size < 3)
    throw new UsageError('The file, --state and --report must be three different files.');
  const sites = readSiteFile(path);
  const target = await readTarget('create-site', given);
  const client = callerOf(target);
  const application = target.key?.keyid.split('.').slice(0, 2).join('/') ?? '';
  const keeping = await keyFolderOf(options, client);
  const maker = newSiteCreator(client, keeping);
  const openJournal = () => openImportJournal(state, { server: target.url, application });
  if (!options.yes) {
    const found = await answered(target.url, checkImport(sites, openJournal(), maker, client));
    if (options.json) outputJson(found.counts);
    else output(found.lines.join('\n'));
    if (found.isRefused) process.exitCode = 1;
    return;
  }
  await withStateLock(state, async () => {
    const journal = openJournal();
    const rowsNow = async () => reportRows(sites, journal, await keeping?.names());
    // Written before any request, so that an unwritable report stops the import.
    writeReport(report, await rowsNow());
    try {
      await createAll(sites, journal, maker, options);
    } finally {
      const rows = await rowsNow();
      writeReport(report, rows);
      printReport(rows, report, options);
    }
  });
}

interface KeyFolder extends KeyStorage {
  /** Returns the names of the sites whose keys are in the folder. */
  names(): Promise<ReadonlySet<string>>;
}

async function keyFolderOf({ keys, root, reissue }: Options, client: Client): Promise<KeyFolder | undefined> {
  if (keys === undefined) {
    if (reissue) throw new UsageError('--reissue requires --keys <folder>.');
    return undefined;
  }
  if (root.length === 0) throw new UsageError('--keys requires --root <jwk file>: only genuine keys are stored.');
  const store = await openFileStore(keys);
  const keyring = createKeyring({ client: reportingUnreachable(client), store, root: readPinnedRoots(root) });
  return { keyring, reissue, names: async () => new Set(await withPrefix(store, keysPrefix).names()) };
}

/** Wraps a client so that calls of the keyring also report an unreachable server. */
function reportingUnreachable(client: Client): Client {
  return {
    ...client,
    callByName: async (...call) => await answered(client.url, client.callByName(...call)),
  };
}

/** Creates the sites. Ctrl-C completes the started ones; a second Ctrl-C exits at once, and the next run continues. */
async function createAll(sites: readonly SiteRequest[], journal: ImportJournal, maker: SiteCreator, options: Options) {
  const stop = new AbortController();
  const asked = () => {
    stop.abort();
    note('\nInterrupted: completing the started requests.');
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

async function withStateLock(state: string, work: () => Promise<void>): Promise<void> {
  const release = await lockFile(`${state}.lock`);
  if (!release) throw new UsageError(`The state file ${state} is in use by another import. Wait until it ends.`);
  await work().finally(release);
}

function writeReport(path: string, rows: readonly ReportRow[]): void {
  try {
    writeFileSync(path, reportCsv(rows));
  } catch (error) {
    throw new UsageError(`The file ${path} can't be written: ${error instanceof Error ? error.message : error}`);
  }
}

function printReport(rows: readonly ReportRow[], report: string, { json, keys }: Options): void {
  const lacksKey =
    keys !== undefined && rows.some(({ outcome, keyStored }) => outcome === 'created' && keyStored !== 'yes');
  if (lacksKey || rows.some(({ outcome }) => outcome === 'refused')) process.exitCode ??= 1;
  const lines = [...summaryLines(rows), ...keyLines(rows, keys), `report   ${report}`];
  if (json) outputJson({ report, sites: rows });
  else output(lines.join('\n'));
}
