import { oneLine } from '../escape-control-characters.ts';
import type { ImportJournal } from './import-journal.ts';
import { isMade } from './outcome.ts';
import type { WantedSite } from './site-file.ts';

/** What became of one site. */
export interface ReportRow {
  readonly enterpriseId: string;
  readonly siteRef: string;
  readonly outcome: 'made' | 'refused' | 'pending';
  readonly siteId: string;
  /** why it, or its key, was refused: a code of the API's problems */
  readonly code: string;
  readonly keyKept: 'yes' | 'no' | 'elsewhere' | '';
}

/** @param held names of the sites whose keys are in the folder that is named now */
export function reportRows(
  sites: readonly WantedSite[],
  journal: ImportJournal,
  held: ReadonlySet<string> | undefined,
): ReportRow[] {
  return sites.map(site => {
    const { enterpriseId, siteRef } = site.input;
    const row = { enterpriseId, siteRef, siteId: '', code: '', keyKept: '' } as const;
    const outcome = journal.outcomeOf(site);
    if (!outcome) return { ...row, outcome: 'pending' };
    if (!isMade(outcome)) return { ...row, outcome: 'refused', code: outcome.refused };
    const { made: siteId, kept, keyRefused: code = '' } = outcome;
    const keyKept = !kept ? 'no' : held?.has(site.name) === false ? 'elsewhere' : 'yes';
    return { ...row, outcome: 'made', siteId, code, keyKept };
  });
}

const columns = ['enterpriseId', 'siteRef', 'outcome', 'siteId', 'code', 'keyKept'] as const;

/** RFC 4180. */
export function reportCsv(rows: readonly ReportRow[]): string {
  return [columns, ...rows.map(row => columns.map(name => cellOf(row[name])))]
    .map(cells => `${cells.join()}\r\n`)
    .join('');
}

/** What the server has said is in quotes where it must be, and never begins as a formula, which a spreadsheet would compute. */
function cellOf(text: string): string {
  const plain = oneLine(text).replace(/^(?=[=+@-])/, "'");
  return /[",]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
}

const remedies: Readonly<Record<string, string>> = {
  'reference-taken': 'such a site is there: list-sites shows it, reissue-key gives it a key',
  'mode-not-allowed': 'the policy of this application does not have the mode: an operator can change it',
  'mode-required': 'the column mode must say which',
  'not-found': 'there is no such enterprise: is the id right?',
  'enterprise-suspended': 'an operator can lift it',
};

/** How many were made, refused and why. @returns lines */
export function summaryLines(rows: readonly ReportRow[]): string[] {
  const made = rows.filter(({ outcome }) => outcome === 'made').length;
  const pending = rows.filter(({ outcome }) => outcome === 'pending').length;
  const codes = Map.groupBy(
    rows.filter(({ outcome }) => outcome === 'refused'),
    ({ code }) => code,
  );
  return [
    `made     ${made}`,
    ...[...codes].map(
      ([code, those]) => `refused  ${those.length}  ${code}${remedies[code] ? `: ${remedies[code]}` : ''}`,
    ),
    ...(pending > 0 ? [`pending  ${pending}  the same command goes on with them`] : []),
  ];
}

/** Where the keys of the sites are that are made. @param folder of this run @returns lines */
export function keyLines(rows: readonly ReportRow[], folder: string | undefined): string[] {
  if (folder === undefined)
    return ['keys     kept nowhere: the same command with --keys and --root asks for them, for a day'];
  const made = rows.filter(({ outcome }) => outcome === 'made');
  const lost = made.filter(({ keyKept }) => keyKept === 'no');
  const elsewhere = made.filter(({ keyKept }) => keyKept === 'elsewhere').length;
  const codes = [...new Set(lost.map(({ code }) => code).filter(Boolean))].join(', ');
  return [
    `keys     in ${folder}`,
    ...(lost.length > 0
      ? [
          `no key   ${lost.length}  the server gives them no more (${codes}): --reissue gets others; the former ones end, and a person hears of each`,
        ]
      : []),
    ...(elsewhere > 0
      ? [
          `no key   ${elsewhere}  an earlier run has kept them in another folder: two holders of a key would raise alerts`,
        ]
      : []),
  ];
}
