import type { Client } from '../../sdk/client.ts';
import { ProblemError } from '../../sdk/problem-error.ts';
import { tableLines } from '../table.ts';
import type { ImportJournal } from './import-journal.ts';
import { isCreated, type Outcome } from './outcome.ts';
import type { SiteCreator } from './site-creator.ts';
import type { SiteRequest } from './site-file.ts';

type Prospect =
  | 'exists'
  | 'exists: its key would be fetched'
  | 'would be created'
  | 'refused: no such enterprise'
  | 'refused: reference taken'
  | 'refused: mode';

export interface ImportCheck {
  readonly counts: Readonly<Record<string, number>>;
  readonly lines: readonly string[];
  readonly isRefused: boolean;
}

/** Computes the effect of an import by reads only: existing sites, allowed modes. @throws ProblemError */
export async function checkImport(
  sites: readonly SiteRequest[],
  journal: ImportJournal,
  maker: Pick<SiteCreator, 'isDone'>,
  client: Client,
): Promise<ImportCheck> {
  const { policy } = await client.call('get-own-application', {});
  const taken = new Map<string, ReadonlySet<string> | undefined>();
  for (const { enterpriseId } of sites.map(({ input }) => input))
    if (!taken.has(enterpriseId)) taken.set(enterpriseId, await refsOf(enterpriseId, client));
  const prospects = sites.map(site =>
    prospectOf(
      site,
      prospectOfCreated(journal.outcomeOf(site), maker),
      policy.modes,
      taken.get(site.input.enterpriseId),
    ),
  );
  const counts = Object.fromEntries(
    [...Map.groupBy(prospects, prospect => prospect)].map(([prospect, those]) => [prospect, those.length]),
  );
  const refused = sites.flatMap((site, at) =>
    prospects[at]?.startsWith('refused') ? [{ site: site.name, why: prospects[at] }] : [],
  );
  return {
    counts,
    lines: [
      ...Object.entries(counts).map(([prospect, count]) => `${count}  ${prospect}`),
      ...(refused.length > 0 ? ['', ...tableLines({ site: 'site', why: '' }, refused)] : []),
      '',
      'Nothing was created. Use --yes to create the sites.',
    ],
    isRefused: refused.length > 0,
  };
}

function prospectOfCreated(
  outcome: Outcome | undefined,
  { isDone }: Pick<SiteCreator, 'isDone'>,
): Prospect | undefined {
  if (!isCreated(outcome)) return undefined;
  return isDone(outcome) ? 'exists' : 'exists: its key would be fetched';
}

function prospectOf(
  site: SiteRequest,
  made: Prospect | undefined,
  modes: readonly string[],
  taken: ReadonlySet<string> | undefined,
): Prospect {
  const { siteRef, mode } = site.input;
  if (made) return made;
  if (!taken) return 'refused: no such enterprise';
  if (taken.has(siteRef)) return 'refused: reference taken';
  const mayHave = mode === undefined ? modes.length === 1 : modes.includes(mode);
  return mayHave ? 'would be created' : 'refused: mode';
}

/** Returns the used references of an enterprise; undefined when the caller can't see it. */
async function refsOf(enterpriseId: string, client: Client): Promise<ReadonlySet<string> | undefined> {
  const refs = new Set<string>();
  for (let after: string | undefined, more = true; more; more = after !== undefined) {
    const input = { enterpriseId, limit: 100, ...(after !== undefined && { after }) };
    const page = await client.call('list-sites', input).catch((error: unknown) => {
      if (error instanceof ProblemError && error.code === 'not-found') return undefined;
      throw error;
    });
    if (!page) return undefined;
    for (const { siteRef, status } of page.sites) if (status !== 'deleted') refs.add(siteRef);
    after = page.next;
  }
  return refs;
}
