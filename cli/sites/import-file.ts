import { writeFileSync } from 'node:fs';
import * as z from 'zod';
import type { Client } from '../../sdk/client.ts';
import { createKeyring, type Keyring } from '../../sdk/keys/keyring.ts';
import { openFileStore } from '../../sdk/stores/file-store.ts';
import { lockFile } from '../../sdk/stores/process-lock.ts';
import { answered, callerOf } from '../caller.ts';
import { readTarget } from '../credentials.ts';
import { UsageError } from '../end.ts';
import { readPinnedRoots } from '../pinned-roots.ts';
import { say, sayJson } from '../say.ts';
import { checkImport } from './import-check.ts';
import { type ImportJournal, openImportJournal } from './import-journal.ts';
import { reportCsv, reportRows, summaryLines } from './import-report.ts';
import { importSites, type MakeSite } from './import-sites.ts';
import { progressBar } from './progress-bar.ts';
import { readSiteFile, type WantedSite } from './site-file.ts';

const Options = z.object({
  yes: z.boolean(),
  keys: z.string().optional(),
  root: z.array(z.string()).default([]),
  state: z.string().optional(),
  report: z.string().optional(),
  concurrency: z.coerce.number().int().min(1).max(16),
  json: z.boolean(),
});
type Options = z.infer<typeof Options>;

/** A server that is busy for a while shall not end an import. */
const attempts = 6;

/** `license-server sites import`. @throws UsageError, ProblemError, Unreachable */
export async function importFile(path: string, given: unknown): Promise<void> {
  const parsed = Options.safeParse(given);
  if (!parsed.success) throw new UsageError('--concurrency is a number from 1 to 16.');
  const options = parsed.data;
  const sites = readSiteFile(path);
  const target = await readTarget('create-site', given);
  const client = callerOf(target);
  const state = options.state ?? `${path}.import.jsonl`;
  const application = target.key?.keyid.split('.').slice(0, 2).join('/') ?? '';
  const keyring = await keyringOf(options, client);
  const openJournal = () => openImportJournal(state, { server: target.url, application });
  if (!options.yes) {
    const found = await answered(target.url, checkImport(sites, openJournal(), client));
    if (options.json) sayJson(found.counts);
    else say(found.lines.join('\n'));
    if (found.isRefused) process.exitCode = 1;
    return;
  }
  await alone(state, async () => {
    const journal = openJournal();
    const bar = { concurrency: options.concurrency, onProgress: progressBar(process.stderr) };
    try {
      await importSites(sites, journal, makerOf(target.url, client, keyring), bar);
    } finally {
      report(sites, journal, options, options.report ?? `${path}.report.csv`);
    }
  });
}

async function keyringOf({ keys, root }: Options, client: Client): Promise<Keyring | undefined> {
  if (keys === undefined) return undefined;
  if (root.length === 0)
    throw new UsageError('--keys needs --root <jwk file>: only a key that is genuine under your Root is kept.');
  return createKeyring({ client, store: await openFileStore(keys), root: readPinnedRoots(root) });
}

/** The key is kept before the site counts as made: a crash in between asks for the same key once more. */
function makerOf(url: string, client: Client, keyring: Keyring | undefined): MakeSite {
  return async ({ name, input }, idempotencyKey) => {
    const { siteId, key } = await answered(url, client.call('create-site', input, { idempotencyKey, attempts }));
    await keyring?.adopt(name, key);
    return { made: siteId, kept: keyring !== undefined };
  };
}

async function alone(state: string, work: () => Promise<void>): Promise<void> {
  const release = await lockFile(`${state}.lock`);
  if (!release) throw new UsageError(`Another import works with ${state}: let it end first.`);
  await work().finally(release);
}

function report(sites: readonly WantedSite[], journal: ImportJournal, { json, keys }: Options, path: string): void {
  const rows = reportRows(sites, journal);
  writeFileSync(path, reportCsv(rows));
  if (rows.some(({ outcome }) => outcome === 'refused')) process.exitCode = 1;
  const kept = keys === undefined ? 'kept nowhere: reissue-key gives a site another one' : `in ${keys}`;
  const lines = [...summaryLines(rows), `keys     ${kept}`, `report   ${path}`];
  if (json) sayJson({ report: path, sites: rows });
  else say(lines.join('\n'));
}
