import { oneLine } from '../escape-control-characters.ts';
import type { ImportJournal } from './import-journal.ts';
import { isCreated } from './outcome.ts';
import type { SiteRequest } from './site-file.ts';

/** Result of one site. */
export interface ReportRow {
  readonly enterpriseId: string;
  readonly siteRef: string;
  readonly outcome: 'created' | 'refused' | 'pending';
  readonly siteId: string;
  /** Problem code of the refusal of the site or its key. */
  readonly code: string;
  readonly keyStored: 'yes' | 'no' | 'elsewhere' | '';
}

/** Builds the report. @param held names of the sites whose keys are in the folder of this run */
export function reportRows(
  sites: readonly SiteRequest[],
  journal: ImportJournal,
  held: ReadonlySet<string> | undefined,
): ReportRow[] {
  return sites.map(site => {
    const { enterpriseId, siteRef } = site.input;
    const row = { enterpriseId, siteRef, siteId: '', code: '', keyStored: '' } as const;
    const outcome = journal.outcomeOf(site);
    if (!outcome) return { ...row, outcome: 'pending' };
    if (!isCreated(outcome)) return { ...row, outcome: 'refused', code: outcome.refused };
    const { siteId, isKeyStored, keyRefused: code = '' } = outcome;
    const keyStored = !isKeyStored ? 'no' : held?.has(site.name) === false ? 'elsewhere' : 'yes';
    return { ...row, outcome: 'created', siteId, code, keyStored };
  });
}

const columns = ['enterpriseId', 'siteRef', 'outcome', 'siteId', 'code', 'keyStored'] as const;

/** Formats the report as CSV (RFC 4180). */
export function reportCsv(rows: readonly ReportRow[]): string {
  return [columns, ...rows.map(row => columns.map(name => cellOf(row[name])))]
    .map(cells => `${cells.join()}\r\n`)
    .join('');
}

/** Formats a cell: quoted where needed, and never as a spreadsheet formula. */
function cellOf(text: string): string {
  const plain = oneLine(text).replace(/^(?=[=+@-])/, "'");
  return /[",]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
}

const remedies: Readonly<Record<string, string>> = {
  'reference-taken': 'the site exists. Find it by list-sites, and get a key by reissue-key',
  'mode-not-allowed': 'the policy of this application does not allow the mode. An operator can change it',
  'mode-required': 'the column mode is required',
  'not-found': 'the enterprise does not exist. Check the id',
  'enterprise-suspended': 'an operator can reinstate it',
};

/** Summarizes created, refused and pending sites. @returns lines */
export function summaryLines(rows: readonly ReportRow[]): string[] {
  const created = rows.filter(({ outcome }) => outcome === 'created').length;
  const pending = rows.filter(({ outcome }) => outcome === 'pending').length;
  const codes = Map.groupBy(
    rows.filter(({ outcome }) => outcome === 'refused'),
    ({ code }) => code,
  );
  return [
    `created  ${created}`,
    ...[...codes].map(
      ([code, those]) => `refused  ${those.length}  ${code}${remedies[code] ? `: ${remedies[code]}` : ''}`,
    ),
    ...(pending > 0 ? [`pending  ${pending}  run the same command to continue`] : []),
  ];
}

/** Summarizes the keys of the created sites. @param folder of this run @returns lines */
export function keyLines(rows: readonly ReportRow[], folder: string | undefined): string[] {
  if (folder === undefined)
    return ['keys     not stored: within a day, the same command with --keys and --root fetches them'];
  const created = rows.filter(({ outcome }) => outcome === 'created');
  const lost = created.filter(({ keyStored }) => keyStored === 'no');
  const elsewhere = created.filter(({ keyStored }) => keyStored === 'elsewhere').length;
  const codes = [...new Set(lost.map(({ code }) => code).filter(Boolean))].join(', ');
  return [
    `keys     in ${folder}`,
    ...(lost.length > 0
      ? [
          `no key   ${lost.length}  the server no longer returns them (${codes}): --reissue replaces them; the former keys become invalid, and each raises an alert`,
        ]
      : []),
    ...(elsewhere > 0
      ? [`no key   ${elsewhere}  an earlier run stored them in another folder: two holders of a key would raise alerts`]
      : []),
  ];
}
