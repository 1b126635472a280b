import type { Area } from '../platform/area.ts';
import { eraseAdmin } from './operations/erase-admin/schema.ts';
import { getAggregateStats } from './operations/get-aggregate-stats/schema.ts';
import { listAdmins } from './operations/list-admins/schema.ts';
import { makeStatement } from './operations/make-statement/schema.ts';
import { reopenQuarter } from './operations/reopen-quarter/schema.ts';
import { submitManifest } from './operations/submit-manifest/schema.ts';

/** Manifests, statistics and the quarterly statement. */
export const billing = {
  itemFamilies: { Q: 'manifests and statements of a quarter', D: 'personal data', R: 'reads of personal data' },
  operations: {
    'submit-manifest': {
      method: 'PUT',
      path: '/v1/stats/{quarter}/manifest',
      contract: submitManifest,
      summary: 'Submit the manifest of an application for a finished quarter; a later one replaces it',
      grants: {
        table: {
          GetItem: ['P', 'I', 'E', 'Q', 'W'],
          Query: ['O'],
          PutItem: ['I', 'Q', 'D'],
          UpdateItem: ['N', 'Q'],
          ConditionCheckItem: ['Q'],
        },
        writesObjects: ['manifests'],
      },
    },
    'get-aggregate-stats': {
      method: 'GET',
      path: '/v1/stats/{quarter}',
      contract: getAggregateStats,
      summary: "Show the server's counts of a quarter, the manifests, and each difference",
      grants: { table: { GetItem: ['P', 'Q', 'W'], Query: ['O', 'Q'] }, readsObjects: ['manifests'] },
    },
    'erase-admin': {
      method: 'POST',
      path: '/v1/admins/erase',
      contract: eraseAdmin,
      summary: 'Erase the name and the e-mail address of an application admin',
      grants: { table: { GetItem: ['P', 'I', 'D'], Query: ['D'], PutItem: ['I', 'D'], DeleteItem: ['D'] } },
    },
    'list-admins': {
      method: 'GET',
      path: '/v1/stats/{quarter}/admins',
      contract: listAdmins,
      summary: 'List the names and e-mail addresses of application admins for finance; every read is audited',
      grants: { table: { GetItem: ['P', 'R'], Query: ['Q', 'D'], PutItem: ['I', 'R'] } },
    },
    'make-statement': {
      method: 'POST',
      path: '/v1/stats/{quarter}/statement',
      contract: makeStatement,
      summary: 'Create the statement of a finished quarter; publish an existing one again, byte for byte',
      grants: {
        table: {
          GetItem: ['P', 'I', 'Q', 'E', 'O', 'W'],
          Query: ['O', 'Q'],
          PutItem: ['I', 'Q'],
          UpdateItem: ['Q', 'N'],
          ConditionCheckItem: ['Q'],
        },
        publishes: ['finance'],
        readsObjects: ['manifests', 'statements'],
        writesObjects: ['statements'],
        invokes: ['sign-statement'],
      },
    },
    'reopen-quarter': {
      method: 'POST',
      path: '/v1/stats/{quarter}/reopen',
      contract: reopenQuarter,
      summary: 'Reopen a quarter that has a statement, so that its next statement is a new revision',
      grants: { table: { GetItem: ['P', 'I', 'Q'], PutItem: ['I', 'Q'] } },
    },
  },
  schedules: {
    'make-statements': {
      expression: 'cron(30 5 * * ? *)',
      summary: 'Creates the statement of the last quarter of every Org, from day 11 on',
      grants: {
        table: {
          GetItem: ['Q', 'E', 'O', 'W'],
          Query: ['O', 'Q'],
          PutItem: ['Q'],
          UpdateItem: ['Q', 'N'],
          ConditionCheckItem: ['Q'],
        },
        publishes: ['finance'],
        readsObjects: ['manifests', 'statements'],
        writesObjects: ['statements'],
        invokes: ['sign-statement'],
      },
    },
  },
  functions: {
    'sign-statement': { summary: 'Signs quarterly statements under an Org', grants: { signsAs: 'org' } },
  },
} as const satisfies Area;
