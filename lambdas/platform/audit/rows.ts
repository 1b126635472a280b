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
      summary: 'List what was changed, by whom and when',
      grants: { table: { GetItem: ['P'], Query: ['A'] } },
    },
  },
  schedules: {
    'seal-audit': {
      expression: 'cron(27 4 * * ? *)',
      summary: 'Seals the audit trail of past months, once none of their events is missing',
      grants: {
        table: { GetItem: ['W'], Query: ['A'], PutItem: ['W'] },
        writesObjects: ['audit'],
        countsDeadLetters: true,
      },
    },
  },
  streams: {
    'write-audit': {
      summary: 'Writes the audit events that are embedded in items as items of their own',
      grants: { table: { PutItem: ['A'] }, sendsToDeadLetters: true },
    },
  },
} as const satisfies Area;
