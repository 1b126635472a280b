import type { Area } from '../area.ts';
import { listAuditEvents } from './operations/list-audit-events/schema.ts';

/** The audit trail and its seals. */
export const audit = {
  itemFamilies: { A: 'audit events' },
  operations: {
    'list-audit-events': {
      method: 'GET',
      path: '/v1/audit',
      contract: listAuditEvents,
      summary: 'Lists what was changed, by whom and when',
      grants: { table: { GetItem: ['P'], Query: ['A'] } },
    },
  },
  schedules: {
    'seal-audit': {
      expression: 'cron(27 4 * * ? *)',
      summary: 'Seals the audit trail of the months that have ended, once nothing of them is missing',
      grants: {
        table: { GetItem: ['W'], Query: ['A'], PutItem: ['W'] },
        writesObjects: ['audit'],
        countsDeadLetters: true,
      },
    },
  },
  streams: {
    'write-audit': {
      summary: 'Writes out the audit events that ride in items',
      grants: { table: { PutItem: ['A'] }, sendsToDeadLetters: true },
    },
  },
} as const satisfies Area;
