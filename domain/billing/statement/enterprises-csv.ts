import { moveNames, tallyNames } from './figures.ts';
import type { EnterpriseFigures, Statement } from './statement.ts';

type Cell = string | number | undefined;

const numbersOf: readonly (readonly [column: string, cell: (row: EnterpriseFigures) => Cell])[] = [
  ['billedProductionSites', ({ closing }) => closing.production],
  ['openingProduction', ({ opening }) => opening.production],
  ['peakProduction', ({ usage }) => usage.peak],
  ['siteDays', ({ usage }) => usage.siteDays],
  ...moveNames.map(name => [`moves.${name}`, ({ moves }: EnterpriseFigures) => moves[name]] as const),
  ...tallyNames
    .filter(name => name !== 'production')
    .map(name => [`closing.${name}`, ({ closing }: EnterpriseFigures) => closing[name]] as const),
  ['manifest.production', ({ manifest }) => manifest?.production],
  ['manifest.dev', ({ manifest }) => manifest?.dev],
  ['manifest.proxy', ({ manifest }) => manifest?.proxy],
  ['configurationUsers', ({ manifest }) => manifest?.configurationUsers],
  ['configurationUsersLimit', ({ configurationUsersLimit }) => configurationUsersLimit],
];

const header = ['quarter', 'revision', 'enterpriseId', 'application', ...numbersOf.map(([column]) => column)];

/**
 * Returns `enterprises.csv` (RFC 4180): a line for each enterprise in each application. Ids and integers only, so nothing needs quotes and no
 * cell is a formula. A number that a manifest omits is empty, never zero.
 */
export function enterprisesCsv({ quarter, revision, enterprises }: Statement): string {
  const lines = enterprises.map(row => [
    quarter,
    revision,
    row.enterpriseId,
    row.application,
    ...numbersOf.map(([, cell]) => cell(row) ?? ''),
  ]);
  return [header, ...lines].map(cells => `${cells.join()}\r\n`).join('');
}
