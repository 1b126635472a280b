import type { Client } from '../../sdk/client.ts';
import { ProblemError } from '../../sdk/problem-error.ts';
import { tableLines } from '../table.ts';
import type { ImportJournal } from './import-journal.ts';
import { isMade, type Outcome } from './outcome.ts';
import type { WantedSite } from './site-file.ts';
import type { SiteMaker } from './site-maker.ts';

type Prospect =
  | 'is made already'
  | 'is made already: its key would be asked for'
  | 'would be made'
  | 'refused: no such enterprise'
  | 'refused: reference taken'
  | 'refused: mode';

export interface ImportCheck {
  readonly counts: Readonly<Record<string, number>>;
  readonly lines: readonly string[];
  readonly isRefused: boolean;
}

/** What an import would do, by questions alone: which sites are there, which modes the policy has. @throws ProblemError */
export async function checkImport(
  sites: readonly WantedSite[],
  journal: ImportJournal,
  maker: Pick<SiteMaker, 'isDone'>,
  client: Client,
): Promise<ImportCheck> {
  const { policy } = await client.call('get-own-application', {});
  const taken = new Map<string, ReadonlySet<string> | undefined>();
  for (const { enterpriseId } of sites.map(({ input }) => input))
    if (!taken.has(enterpriseId)) taken.set(enterpriseId, await refsOf(enterpriseId, client));
  const prospects = sites.map(site =>
    prospectOf(site, prospectOfMade(journal.outcomeOf(site), maker), policy.modes, taken.get(site.input.enterpriseId)),
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
      'Nothing was made: --yes makes them.',
    ],
    isRefused: refused.length > 0,
  };
}

function prospectOfMade(outcome: Outcome | undefined, { isDone }: Pick<SiteMaker, 'isDone'>): Prospect | undefined {
  if (!isMade(outcome)) return undefined;
  return isDone(outcome) ? 'is made already' : 'is made already: its key would be asked for';
}

function prospectOf(
  site: WantedSite,
  made: Prospect | undefined,
  modes: readonly string[],
  taken: ReadonlySet<string> | undefined,
): Prospect {
  const { siteRef, mode } = site.input;
  if (made) return made;
  if (!taken) return 'refused: no such enterprise';
  if (taken.has(siteRef)) return 'refused: reference taken';
  const mayHave = mode === undefined ? modes.length === 1 : modes.includes(mode);
  return mayHave ? 'would be made' : 'refused: mode';
}

/** @returns undefined when the caller sees no such enterprise */
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
