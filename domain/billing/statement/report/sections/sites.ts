import type { EnterpriseId } from '../../../../kernel/ids.ts';
import { noFigures, sumFigures } from '../../figures.ts';
import type { Statement } from '../../statement.ts';
import { type BarRow, barRows } from '../bar-rows.ts';
import { figure, type Series } from '../figure.ts';
import { type Markup, markup } from '../markup.ts';
import { quarterColumns } from '../quarter-columns.ts';
import { counted, grouped } from '../words.ts';

const shownEnterprises = 20;

const series: readonly Series[] = [
  { name: 'production (billed)', tone: 'production' },
  { name: 'dev', tone: 'dev' },
  { name: 'proxy', tone: 'proxy' },
];

/** Shows the sites over time, by mode and state, and by enterprise. */
export function sites(statement: Statement): Markup {
  return markup`<section><h2>Sites by state and enterprise</h2>
${quarterColumns(statement.history)}
${byState(statement)}
${byEnterprise(statement)}</section>`;
}

function byState({ quarter, totals: { closing } }: Statement): Markup {
  const { basic, commissioning, active, suspended, dev, proxy, dormant } = closing;
  const rows: BarRow[] = [
    { label: 'production, active', parts: [{ tone: 'production', value: active }] },
    { label: 'production, commissioning', parts: [{ tone: 'production', value: commissioning }] },
    { label: 'production, basic', parts: [{ tone: 'production', value: basic }] },
    { label: 'dev', parts: [{ tone: 'dev', value: dev }], note: `${grouped(dev)} not billed` },
    { label: 'proxy', parts: [{ tone: 'proxy', value: proxy }], note: `${grouped(proxy)} not billed` },
    { label: 'dormant', parts: [{ tone: 'dormant', value: dormant }], note: `${grouped(dormant)} not billed` },
  ];
  const description = rows.map(({ label, parts }) => `${label}: ${parts[0]?.value}`).join('; ');
  const caption = markup`By mode and state, end of ${quarter}. ${suspended > 0 && `Of the production sites, ${counted(suspended, 'site')} suspended.`}`;
  const drawing = { id: 'states', title: 'Sites by mode and state', description, axis: 'sites', rows, labelWidth: 190 };
  return figure(caption, barRows(drawing));
}

/** Returns a plot of the largest enterprises, and of the others together. */
function byEnterprise({ enterprises, quarter }: Statement): Markup {
  const all = [...Map.groupBy(enterprises, ({ enterpriseId }) => enterpriseId)]
    .map(([id, rows]) => ({ id, closing: sumFigures(rows).closing }))
    .sort((a, b) => b.closing.production - a.closing.production || (a.id < b.id ? -1 : 1));
  const rest = all.slice(shownEnterprises);
  const rows = all.slice(0, shownEnterprises).map(({ id, closing }) => rowOf(id, closing));
  if (rest.length > 0) rows.push(restRow(rest));
  const description = rows
    .map(({ label, parts }) => `${label}: ${parts.map(({ value }) => value).join(', ')}`)
    .join('; ');
  const caption = `By enterprise, end of ${quarter}${rest.length > 0 ? `: the ${shownEnterprises} largest, and the rest together` : ''}`;
  const title = 'Production, dev and proxy sites by enterprise';
  return figure(
    caption,
    barRows({ id: 'enterprises', title, description, axis: 'sites', rows, labelWidth: 190 }),
    series,
  );
}

type Closing = Statement['totals']['closing'];

function rowOf(id: EnterpriseId, closing: Closing): BarRow {
  return { label: id, isId: true, parts: partsOf(closing), note: noteOf(closing) };
}

function restRow(rest: readonly { closing: Closing }[]): BarRow {
  const { closing } = sumFigures(rest.map(({ closing }) => ({ ...noFigures, closing })));
  return { label: `${counted(rest.length, 'more enterprise')}`, parts: partsOf(closing), note: noteOf(closing) };
}

function partsOf({ production, dev, proxy }: Closing): BarRow['parts'] {
  return [
    { tone: 'production', value: production },
    { tone: 'dev', value: dev },
    { tone: 'proxy', value: proxy },
  ];
}

/** Returns the number of billed sites, and in brackets that of the others. */
function noteOf({ production, dev, proxy }: Closing): string {
  return dev + proxy > 0 ? `${grouped(production)} (+${grouped(dev + proxy)})` : grouped(production);
}
