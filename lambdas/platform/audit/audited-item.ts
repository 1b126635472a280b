import { createHash } from 'node:crypto';
import { alertIdOf } from '../../../domain/alerts/alert-id.ts';
import { Subject } from '../../../domain/kernel/ids.ts';
import type { Item } from '../storage/table.ts';
import type { Details } from './audit-event.ts';

/** The subject and the details of an audit event, derived from the item itself, so that nothing is stored twice. */
export interface Audited {
  readonly subject: Subject;
  readonly details: Details;
}

/** Audited kinds of items: the pattern of their keys, and the fields in the audit event. */
const kinds: readonly { keys: RegExp; subject: (match: RegExpExecArray) => string; fields: readonly string[] }[] = [
  {
    keys: /^E#[^#]+#[^#]+ S#(.+)$/,
    subject: ([, site]) => `site:${site}`,
    fields: ['app', 'ref', 'mode', 'state', 'status', 'key.g', 'key.jti'],
  },
  {
    keys: /^E#([^#]+) #$/,
    subject: ([, ent]) => `enterprise:${ent}`,
    fields: ['status', 'by', 'gen', 'kms', 'link.id', 'old.why', 'users'],
  },
  {
    keys: /^E#([^#]+) K#(.+)$/,
    subject: ([, ent, app]) => `enterprise-key:${ent}/${app}`,
    fields: ['key.g', 'key.jti'],
  },
  {
    keys: /^P#([^#]+)#([^#]+) #$/,
    subject: ([, org, app]) => `application:${org}/${app}`,
    fields: ['role', 'status', 'policy', 'keyids'],
  },
  {
    keys: /^N#([^#]+)#(\d{8})#ack (.+)$/,
    subject: ([, org, day = '', name = '']) => `alert:${org}/${day}/${shortHashOf(alertIdOf({ day, name }))}`,
    fields: ['reason', 'subject', 'detail'],
  },
  {
    keys: /^Q#([^#]+)#([^#]+) M#(.+)$/,
    subject: ([, org, quarter, app]) => `manifest:${org}/${app}/${quarter}`,
    fields: ['revision', 'sha256'],
  },
  {
    // How many entries were erased, by whom and when; never whose.
    keys: /^D#([^#]+)#erasures (.+)$/,
    subject: ([, org, app]) => `erasures:${org}/${app}`,
    fields: ['entries'],
  },
  {
    // How many people were read, by whom and when; never who they are.
    keys: /^R#([^#]+)#([^#]+) (.+)$/,
    subject: ([, org, quarter, app]) => `admin-reads:${org}/${app}/${quarter}`,
    fields: ['people'],
  },
  {
    keys: /^Q#([^#]+)#([^#]+) T$/,
    subject: ([, org, quarter]) => `statement:${org}/${quarter}`,
    fields: ['state', 'revision', 'why', 'ticket', 'billed', 'files.json', 'files.csv', 'files.html'],
  },
];

/** Returns a short hash, since the id of an alert is too long for a subject. */
function shortHashOf(id: string): string {
  return createHash('sha256').update(id).digest('base64url').slice(0, 22);
}

/** @returns undefined for items without history: counters, idempotency records, nonces, alerts, audit events */
export function auditSubjectOf(item: Item): Audited | undefined {
  for (const { keys, subject, fields } of kinds) {
    const match = keys.exec(`${item.pk} ${item.sk}`);
    if (!match) continue;
    const details = fields.map(field => [field, valueAt(item, field)]).filter(([, value]) => value !== undefined);
    return { subject: Subject.parse(subject(match)), details: Object.fromEntries(details) };
  }
  return undefined;
}

function valueAt(item: Item, path: string): string | number | undefined {
  const value = path.split('.').reduce<unknown>((at, name) => Object(at)[name], item);
  return typeof value === 'string' || typeof value === 'number' ? value : undefined;
}
