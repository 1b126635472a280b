import { type ManifestSummary, manifestOf, type Statement } from '../../statement.ts';
import { barRows } from '../bar-rows.ts';
import { figure } from '../figure.ts';
import { type Content, type Markup, markup } from '../markup.ts';
import { type Column, table } from '../table.ts';
import { grouped, listed } from '../words.ts';

type Role = keyof ManifestSummary['users'];

const roles = {
  plantUsers: 'plant users',
  configurationUsers: 'configuration users',
  enterpriseAdmins: 'enterprise admins',
  demoUsers: 'demo users',
  applicationAdmins: 'application admins',
} as const satisfies Record<Role, string>;
const roleNames = ['plantUsers', 'configurationUsers', 'enterpriseAdmins', 'demoUsers', 'applicationAdmins'] as const;

/** Who works with the applications, as these say; nothing of it bills. */
export function users(statement: Statement): Markup {
  const told = statement.applications.flatMap(one => {
    const manifest = manifestOf(one);
    return manifest ? [{ application: one.application, users: manifest.users }] : [];
  });
  const untold = statement.applications.filter(one => !manifestOf(one)).map(({ application }) => application);
  return markup`<section><h2>Users by role</h2>
<p>As the manifests say; the server does not count users. ${untold.length > 0 && `${listed(untold)}: not known, since no manifest came.`}</p>
${told.map(({ application, users: counts }) => plotOf(application, counts))}
${seats(statement)}</section>`;
}

function plotOf(application: string, counts: ManifestSummary['users']): Markup {
  const rows = roleNames.map(role => ({
    label: roles[role],
    parts: [{ tone: 'production' as const, value: counts[role] }],
  }));
  const description = roleNames.map(role => `${roles[role]}: ${counts[role]}`).join('; ');
  const title = `Users of ${application} by role`;
  return figure(
    title,
    barRows({ id: `users-${application}`, title, description, axis: 'users', rows, labelWidth: 190 }),
  );
}

const columns: readonly Column<Statement['seatsExceeded'][number]>[] = [
  { heading: 'Enterprise', kind: 'id', cell: ({ enterpriseId }) => enterpriseId },
  { heading: 'Application', cell: ({ application }) => application },
  { heading: 'Configuration users', kind: 'number', cell: ({ configurationUsers }) => grouped(configurationUsers) },
  { heading: 'Limit', kind: 'number', cell: ({ limit }) => grouped(limit) },
  { heading: 'Over by', kind: 'number', cell: ({ configurationUsers, limit }) => grouped(configurationUsers - limit) },
];

function seats({ seatsExceeded }: Statement): Content {
  if (seatsExceeded.length === 0)
    return markup`<p id="seats">No enterprise has more configuration users than agreed.</p>`;
  return markup`<div id="seats">${table('Configuration users over the limit', columns, seatsExceeded)}</div>`;
}
