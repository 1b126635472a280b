import type { Tally } from '../../../../site-licensing/tally.ts';
import { type ApplicationFigures, type Difference, manifestOf, type Statement } from '../../statement.ts';
import { type Content, type Markup, markup } from '../markup.ts';
import { type Column, table } from '../table.ts';
import { counted, grouped, longDay, signed } from '../words.ts';

/** Limit of lines; statement.json has all of them. */
const maxLines = 200;

/** Compares the manifests of the applications with the server's counts. */
export function manifests(statement: Statement): Markup {
  return markup`<section id="manifests"><h2>Manifest against server</h2>
<p>Each application counts by itself and sends its manifest. The server's number bills; a difference is a question to the application.</p>
${table('Sites and enterprises, by the server and by the manifest', columns, statement.applications)}
${differences(statement)}</section>`;
}

const columns: readonly Column<ApplicationFigures>[] = [
  { heading: 'Application', cell: ({ application }) => application },
  { heading: 'Manifest', cell: received },
  ...(['production', 'dev', 'proxy'] as const).flatMap(figure => [
    {
      heading: `${figure}, server`,
      kind: 'number' as const,
      cell: ({ closing }: ApplicationFigures) => grouped(closing[figure]),
    },
    { heading: 'manifest', kind: 'number' as const, cell: (one: ApplicationFigures) => manifestCell(one, figure) },
  ]),
  { heading: 'enterprises, server', kind: 'number', cell: ({ enterprises }) => grouped(enterprises) },
  { heading: 'manifest', kind: 'number', cell: one => numberOr(one.enterprises, manifestOf(one)?.enterprises) },
];

function received(one: ApplicationFigures): Content {
  const manifest = manifestOf(one);
  if (!manifest) return markup`<b class="missing">missing</b>`;
  return `no. ${manifest.revision}, ${longDay(manifest.receivedAt)}`;
}

function manifestCell(one: ApplicationFigures, figure: 'production' | 'dev' | ('proxy' & keyof Tally)): Content {
  return numberOr(one.closing[figure], manifestOf(one)?.sites[figure]);
}

/** Returns the number of a manifest; marks one that differs from the server's, or is missing. */
function numberOr(server: number, manifest: number | undefined): Content {
  if (manifest === undefined) return markup`<span class="missing">missing</span>`;
  return server === manifest ? grouped(manifest) : markup`<b class="differs">${grouped(manifest)}</b>`;
}

const differenceColumns: readonly Column<Difference>[] = [
  { heading: 'Application', cell: ({ application }) => application },
  { heading: 'Enterprise', kind: 'id', cell: ({ enterpriseId }) => enterpriseId ?? markup`<i>all together</i>` },
  { heading: 'Figure', cell: ({ figure }) => figure },
  { heading: 'Server', kind: 'number', cell: ({ server }) => grouped(server) },
  {
    heading: 'Manifest',
    kind: 'number',
    cell: ({ manifest }) => (manifest === undefined ? 'not named' : grouped(manifest)),
  },
  { heading: 'Manifest − server', kind: 'number', cell: ({ server, manifest = 0 }) => signed(manifest - server) },
];

function differences({ differences: all }: Statement): Content {
  if (all.length === 0) return markup`<p>No number of any manifest differs.</p>`;
  const more = all.length - maxLines;
  return markup`${table('Each difference', differenceColumns, all.slice(0, maxLines))}
${more > 0 && markup`<p class="remark">${counted(more, 'more difference')} in statement.json.</p>`}`;
}
