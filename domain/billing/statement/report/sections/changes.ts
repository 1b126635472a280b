import type { Moves } from '../../../../site-licensing/tally.ts';
import { additions, departures } from '../../figures.ts';
import type { EnterpriseFigures, Statement } from '../../statement.ts';
import { type Content, type Markup, markup } from '../markup.ts';
import { type Column, table } from '../table.ts';
import { type Step, waterfall } from '../waterfall.ts';
import { counted, grouped, signed } from '../words.ts';

type Move = (typeof additions)[number] | (typeof departures)[number];

const meanings = {
  new: { name: 'new', short: 'new', meaning: 'created as production in this quarter' },
  promoted: { name: 'promoted', short: 'promoted', meaning: 'dev sites that became production' },
  reactivated: { name: 'reactivated', short: 'reactivated', meaning: 'dormant sites that received a new key' },
  proxyRemoved: {
    name: 'proxies removed',
    short: 'proxy removed',
    meaning: 'proxies that an operator changed back to counted sites',
  },
  deleted: { name: 'deleted', short: 'deleted', meaning: 'deleted by their application; not counted from then on' },
  dormant: { name: 'dormant', short: 'dormant', meaning: 'without a valid key for 60 days' },
  proxied: { name: 'made proxies', short: 'proxied', meaning: 'made proxies by an operator' },
} as const satisfies Record<Move, { name: string; short: string; meaning: string }>;

/** Limit of lines; enterprises.csv has all of them. */
const maxLines = 150;

/** Explains the difference to the number of the previous quarter, line by line. */
export function changes(statement: Statement): Markup {
  const { totals, quarter } = statement;
  const { opening, closing, moves } = totals;
  const steps: Step[] = [
    { label: 'begin', kind: 'level', value: opening.production },
    ...additions.map(move => ({ label: meanings[move].short, kind: 'change' as const, value: moves[move] })),
    ...departures.map(move => ({ label: meanings[move].short, kind: 'change' as const, value: -moves[move] })),
    { label: 'end', kind: 'level', value: closing.production },
  ];
  return markup`<section id="changes"><h2>Why the number changed</h2>
<p>${quarter} began with ${counted(opening.production, 'production site')} and ended with ${grouped(closing.production)}. Every site that came or went is in one of these lines.</p>
${waterfall(`From begin to end of ${quarter}`, steps)}
${table('Differences to the last quarter, line by line', linesOf, [...additions, ...departures].map(lineOf(moves)))}
${movesByEnterprise(statement)}</section>`;
}

interface Line {
  readonly name: string;
  readonly sites: number;
  readonly meaning: string;
}

const linesOf: readonly Column<Line>[] = [
  { heading: 'Change', cell: ({ name }) => name },
  { heading: 'Sites', kind: 'number', cell: ({ sites }) => signed(sites) },
  { heading: 'Meaning', cell: ({ meaning }) => meaning },
];

function lineOf(moves: Moves): (move: Move) => Line {
  return move => {
    const isDeparture = departures.some(departure => departure === move);
    const { name, meaning } = meanings[move];
    const recreated =
      move === 'new' && moves.recreated > 0 ? `; ${grouped(moves.recreated)} of them recreated after a deletion` : '';
    return { name, sites: isDeparture ? -moves[move] : moves[move], meaning: `${meaning}${recreated}` };
  };
}

const columns: readonly Column<EnterpriseFigures>[] = [
  { heading: 'Enterprise', kind: 'id', cell: ({ enterpriseId }) => enterpriseId },
  { heading: 'Application', cell: ({ application }) => application },
  { heading: 'Begin', kind: 'number', cell: ({ opening }) => grouped(opening.production) },
  moveColumn('new', 1),
  { heading: 'recreated', kind: 'number', cell: ({ moves }) => moves.recreated > 0 && `(${grouped(moves.recreated)})` },
  ...additions.filter(move => move !== 'new').map(move => moveColumn(move, 1)),
  ...departures.map(move => moveColumn(move, -1)),
  { heading: 'End', kind: 'number', cell: ({ closing }) => grouped(closing.production) },
  { heading: 'Peak', kind: 'number', cell: ({ usage }) => grouped(usage.peak) },
  { heading: 'Site-days', kind: 'number', cell: ({ usage }) => grouped(usage.siteDays) },
];

function moveColumn(move: Move, sign: 1 | -1): Column<EnterpriseFigures> {
  const cell = ({ moves }: EnterpriseFigures) => moves[move] > 0 && signed(sign * moves[move]);
  return { heading: meanings[move].short, kind: 'number', cell };
}

function movesByEnterprise({ enterprises }: Statement): Content {
  const moved = enterprises.filter(({ moves }) => [...additions, ...departures].some(move => moves[move] > 0));
  if (moved.length === 0) return markup`<p>No site came or went.</p>`;
  const more = moved.length - maxLines;
  return markup`${table(markup`Production sites added and removed, by enterprise. <i>recreated</i>: of the new sites, those created again after a deletion`, columns, moved.slice(0, maxLines))}
${more > 0 && markup`<p class="remark">${counted(more, 'more line')} in enterprises.csv.</p>`}`;
}
