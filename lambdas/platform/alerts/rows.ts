import type { Area } from '../area.ts';
import { acknowledgeAlert } from './operations/acknowledge-alert/schema.ts';
import { listAlerts } from './operations/list-alerts/schema.ts';

/** Alerts: listed, acknowledged, delivered. */
export const alerts = {
  itemFamilies: { N: 'alerts' },
  operations: {
    'list-alerts': {
      method: 'GET',
      path: '/v1/alerts',
      contract: listAlerts,
      summary: 'List alerts, newest day first, a page at a time',
      grants: { table: { GetItem: ['P'], Query: ['N'] } },
    },
    'acknowledge-alert': {
      method: 'POST',
      path: '/v1/alerts/{alertId}/acknowledgement',
      contract: acknowledgeAlert,
      summary: 'Acknowledge an alert',
      grants: { table: { GetItem: ['P', 'I', 'N'], PutItem: ['I', 'N'], UpdateItem: ['N'] } },
    },
  },
  streams: {
    'deliver-alerts': {
      summary: 'Publishes new alerts to the alerts topic',
      records: { insertsOf: 'N' },
      grants: { publishes: ['alerts'], sendsToDeadLetters: true },
    },
  },
} as const satisfies Area;
