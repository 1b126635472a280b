import type { Family, Grants } from './grants.ts';

/** Work that the clock starts. Delivered at least once: everything here may run twice. */
export interface Schedule {
  /** EventBridge Scheduler expression, UTC; at least daily: what is due less often looks every day whether it is due */
  readonly expression: string;
  readonly summary: string;
  readonly grants: Grants;
}

export const schedules = {
  'renew-links': {
    expression: 'cron(17 3 * * ? *)',
    summary: 'Makes the links of Orgs and enterprises anew, well before they end',
    grants: {
      table: { GetItem: ['O', 'E'], Query: ['O'], PutItem: ['O', 'E'], UpdateItem: ['N'] },
      invokes: ['certify', 'set-up-trust'],
    },
  },
  'renew-responders': {
    expression: 'cron(47 2 * * ? *)',
    summary: 'Makes a new responder key for every Org',
    grants: { table: { GetItem: ['O'], PutItem: ['O'] }, invokes: ['certify'] },
  },
  'sweep-expiry': {
    expression: 'cron(7 * * * ? *)',
    summary: 'Warns of keys and links that end soon, tells of those that have ended, and puts unused sites to sleep',
    grants: {
      table: { GetItem: ['W', 'E', 'O'], PutItem: ['W', 'E'], UpdateItem: ['E', 'N', 'O'] },
      queriesExpiry: true,
    },
  },
  'recount-sites': {
    expression: 'cron(20 4 * * ? *)',
    summary: 'Counts the sites of every enterprise once a month and compares them with the counters',
    grants: { table: { GetItem: ['W'], Query: ['O', 'E'], PutItem: ['W'], UpdateItem: ['N'] } },
  },
  'make-statements': {
    expression: 'cron(30 5 * * ? *)',
    summary: 'States the last quarter of every Org, from day 11 on',
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
  'seal-audit': {
    expression: 'cron(27 4 * * ? *)',
    summary: 'Seals the audit trail of the months that have ended, once nothing of them is missing',
    grants: { table: { GetItem: ['W'], Query: ['A'], PutItem: ['W'] }, writesObjects: ['audit'], countsAside: true },
  },
} as const satisfies Record<string, Schedule>;

/** Consumers of the table's stream. */
export interface Stream {
  readonly summary: string;
  readonly grants: Grants;
  /** what it is brought; it must bear to be brought more @default every record */
  readonly records?: { readonly insertsOf: Family };
}

export const streams = {
  'write-audit': {
    summary: 'Writes out the audit events that ride in items',
    grants: { table: { PutItem: ['A'] }, setsAside: true },
  },
  'deliver-alerts': {
    summary: 'Publishes new alerts to the topic of alerts',
    records: { insertsOf: 'N' },
    grants: { publishes: ['alerts'], setsAside: true },
  },
} as const satisfies Record<string, Stream>;

/** A function of the chain of trust, which no client calls. */
export interface TrustFunction {
  readonly summary: string;
  readonly grants: Grants;
}

export const trustFunctions = {
  'set-up-trust': { summary: 'Certifies the keys of Orgs under the Root', grants: { signsAs: 'root' } },
  certify: {
    summary: 'Certifies enterprises, responders and applications under an Org',
    grants: { signsAs: 'org', readsEnterpriseKeys: true, writesSecrets: ['responder'] },
  },
  'sign-statement': { summary: 'Signs quarterly statements under an Org', grants: { signsAs: 'org' } },
  'set-up-org': {
    summary: 'Prepares an Org: links, responder key, first operator',
    grants: {
      table: { GetItem: ['O', 'P'], PutItem: ['O', 'P', 'W'] },
      invokes: ['certify'],
      readsSecrets: ['operator'],
      writesSecrets: ['operator'],
    },
  },
} as const satisfies Record<string, TrustFunction>;
