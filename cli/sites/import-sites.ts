import type { ImportJournal } from './import-journal.ts';
import type { WantedSite } from './site-file.ts';
import type { SiteMaker } from './site-maker.ts';

export interface ImportOptions {
  readonly concurrency: number;
  /** begins no more sites; those that are begun end */
  readonly signal: AbortSignal;
  onProgress(ended: number, all: number): void;
}

/**
 * Makes the sites that are not done yet; each is planned in the journal before the first is sent. A site that is refused does not
 * hold up the others.
 * @throws what concerns all of them: the server can't be reached, or does not know the caller
 */
export async function importSites(
  sites: readonly WantedSite[],
  journal: ImportJournal,
  maker: SiteMaker,
  { concurrency, signal, onProgress }: ImportOptions,
): Promise<void> {
  journal.plan(sites);
  const left = sites.filter(site => !maker.isDone(journal.outcomeOf(site)));
  let ended = sites.length - left.length;
  let fault: { readonly error: unknown } | undefined;
  const worker = async () => {
    while (!fault && !signal.aborted) {
      const site = left.shift();
      if (!site) return;
      try {
        journal.end(site, await maker.make(site, journal.idempotencyKeyOf(site), journal.outcomeOf(site)));
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
