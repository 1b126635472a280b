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

/** Shows the users of the applications, by their manifests; none of these numbers is billed. */
export function users(statement: Statement): Markup {
  const known = statement.applications.flatMap(one => {
    const manifest = manifestOf(one);
    return manifest ? [{ application: one.application, users: manifest.users }] : [];
  });
  const unknown = statement.applications.filter(one => !manifestOf(one)).map(({ application }) => application);
  return markup`<section><h2>Users by role</h2>
<p>By the manifests; the server does not count users. ${unknown.length > 0 && `${listed(unknown)}: unknown, since the manifest is missing.`}</p>
${known.map(({ application, users: counts }) => plotOf(application, counts))}
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
