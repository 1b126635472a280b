import type { Grants } from './grants.ts';

/** Work that the clock starts. Delivered at least once: everything here may run twice. */
export interface Schedule {
  /** EventBridge Scheduler expression, UTC */
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
  'seal-audit': {
    expression: 'cron(27 4 * * ? *)',
    summary: 'Seals the audit trail of the months that have ended, once nothing of them is missing',
    grants: { table: { GetItem: ['W'], Query: ['A'], PutItem: ['W'] }, writesObjects: ['audit'] },
  },
} as const satisfies Record<string, Schedule>;

/** Consumers of the table's stream. */
export interface Stream {
  readonly summary: string;
  readonly grants: Grants;
}

export const streams = {
  'write-audit': {
    summary: 'Writes out the audit events that ride in items',
    grants: { table: { PutItem: ['A'] }, setsAside: true },
  },
} as const satisfies Record<string, Stream>;

/** The functions of the chain of trust, which no client calls. */
export const trustFunctions = {
  'set-up-trust': { summary: 'Certifies the keys of Orgs under the Root', grants: { signsAs: 'root' } },
  certify: {
    summary: 'Certifies enterprises, responders and applications under an Org',
    grants: { signsAs: 'org', writesSecrets: ['responder'] },
  },
  'set-up-org': {
    summary: 'Prepares an Org: links, responder key, first operator',
    grants: {
      table: { GetItem: ['O', 'P'], PutItem: ['O', 'P'] },
      invokes: ['certify'],
      readsSecrets: ['operator'],
      writesSecrets: ['operator'],
    },
  },
} as const satisfies Record<string, Stream>;
