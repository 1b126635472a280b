import type { Rows } from '../../../lib/license-server.ts';
import { rows } from './deployment.ts';

/** Rows that together hold every grant that a row may have, whatever the tables need today; with a further signer of the Orgs' keys. */
export const everyGrant: Rows = {
  operations: {
    ...rows.operations,
    ...operation('keep', { writesObjects: ['manifests'], table: { PutItem: ['Q', 'D'], DeleteItem: ['D'] } }),
    ...operation('state', {
      readsObjects: ['manifests', 'statements'],
      writesObjects: ['statements'],
      publishes: ['finance'],
      invokes: ['sign-statement'],
    }),
  },
  schedules: {
    ...rows.schedules,
    sweep: {
      expression: 'rate(1 hour)',
      summary: 'Looks every hour for what has expired',
      grants: { queriesExpiry: true, table: { GetItem: ['W'], PutItem: ['W'], UpdateItem: ['E', 'N'] } },
    },
    seal: {
      expression: 'cron(5 4 * * ? *)',
      summary: 'Seals what stands in the trail',
      grants: { readsObjects: ['audit'], writesObjects: ['audit'], publishes: ['alerts', 'finance'] },
    },
  },
  streams: {
    ...rows.streams,
    deliver: {
      summary: 'Delivers what is new',
      records: { insertsOf: 'N' },
      grants: { publishes: ['alerts'], sendsToDeadLetters: true },
    },
  },
  internalFunctions: {
    ...rows.internalFunctions,
    'sign-statement': { summary: 'Signs statements under an Org', grants: { signsAs: 'org' } },
  },
};

function operation(id: string, grants: Rows['operations'][string]['grants']): Rows['operations'] {
  const [any] = Object.values(rows.operations);
  if (!any) throw new Error('there are no operations');
  return { [id]: { ...any, method: 'POST', path: `/v1/${id}`, grants } };
}
