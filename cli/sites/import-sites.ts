import type { ImportJournal } from './import-journal.ts';
import type { SiteCreator } from './site-creator.ts';
import type { SiteRequest } from './site-file.ts';

export interface ImportOptions {
  readonly concurrency: number;
  /** Stops the import; started sites are completed. */
  readonly signal: AbortSignal;
  onProgress(ended: number, all: number): void;
}

/**
 * Creates the remaining sites. All are planned in the journal before the first request. A refused site does not
 * stop the others.
 * @throws errors that concern all sites: the server can't be reached, or does not know the caller
 */
export async function importSites(
  sites: readonly SiteRequest[],
  journal: ImportJournal,
  creator: SiteCreator,
  { concurrency, signal, onProgress }: ImportOptions,
): Promise<void> {
  journal.plan(sites);
  const left = sites.filter(site => !creator.isDone(journal.outcomeOf(site)));
  let ended = sites.length - left.length;
  let fault: { readonly error: unknown } | undefined;
  const worker = async () => {
    while (!fault && !signal.aborted) {
      const site = left.shift();
      if (!site) return;
      try {
        journal.end(site, await creator.create(site, journal.idempotencyKeyOf(site), journal.outcomeOf(site)));
        onProgress(++ended, sites.length);
      } catch (error) {
        fault ??= { error };
      }
    }
  };
  onProgress(ended, sites.length);
  await Promise.all(Array.from({ length: concurrency }, worker));
  if (fault) throw fault.error;
}
