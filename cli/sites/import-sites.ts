import { isRefusal, ProblemError } from '../../sdk/problem-error.ts';
import type { ImportJournal, Outcome } from './import-journal.ts';
import type { WantedSite } from './site-file.ts';

/** Makes one site; the same Idempotency-Key again makes no second one. */
export type MakeSite = (site: WantedSite, idempotencyKey: string) => Promise<Outcome>;

export interface ImportOptions {
  readonly concurrency: number;
  onProgress(ended: number, all: number): void;
}

/**
 * Makes the sites that are not made yet; each is planned in the journal before the first is sent. A site that is refused does not
 * hold up the others.
 * @throws what concerns all of them: the server can't be reached, or does not know the caller
 */
export async function importSites(
  sites: readonly WantedSite[],
  journal: ImportJournal,
  make: MakeSite,
  { concurrency, onProgress }: ImportOptions,
): Promise<void> {
  journal.plan(sites);
  const left = sites.filter(site => !isMade(journal.outcomeOf(site)));
  let ended = sites.length - left.length;
  let fault: { readonly error: unknown } | undefined;
  const worker = async () => {
    for (let site = left.shift(); site && !fault; site = left.shift()) {
      try {
        journal.end(site, await outcomeOf(site, journal.idempotencyKeyOf(site), make));
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

export function isMade(outcome: Outcome | undefined): outcome is Extract<Outcome, { made: string }> {
  return outcome !== undefined && 'made' in outcome;
}

/** Refusals that every other site would meet too. */
const concernsAll: readonly string[] = ['signature-invalid', 'application-suspended'];

async function outcomeOf(site: WantedSite, idempotencyKey: string, make: MakeSite): Promise<Outcome> {
  try {
    return await make(site, idempotencyKey);
  } catch (error) {
    if (!(error instanceof ProblemError) || !isRefusal(error) || concernsAll.includes(error.code)) throw error;
    return { refused: error.code };
  }
}
