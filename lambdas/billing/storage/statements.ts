import * as z from 'zod';
import type { QuarterRecord, RecordedStatement } from '../../../domain/billing/statement/recorded-statement.ts';
import { Reason } from '../../../domain/billing/statement/statement.ts';
import type { OrgId } from '../../../domain/kernel/ids.ts';
import { statementStates } from '../../../domain/kernel/quarter.ts';
import type { Quarter } from '../../../domain/kernel/time.ts';
import type { Change } from '../../platform/changes/change.ts';
import { commitChange, commitWithIdempotencyRecord } from '../../platform/changes/commit-change.ts';
import { perRuntime } from '../../platform/kernel/per-runtime.ts';
import type { Runtime } from '../../platform/kernel/runtime.ts';
import { compare } from '../../platform/storage/condition-expression.ts';
import { HistoryItem, versionOf } from '../../platform/storage/item-version.ts';
import { type Item, type Key, table } from '../../platform/storage/table.ts';
import { dynamoManifests, noFurtherPush, statementKey } from './manifests.ts';

/** Records of statements, one for each quarter. */
export interface Statements {
  find(org: OrgId, quarter: Quarter): Promise<QuarterRecord>;
  /** @throws ConflictError when another statement, or a manifest, was recorded after `before` was read */
  record(before: QuarterRecord, after: RecordedStatement, change: Change): Promise<void>;
  /** Records that finance was notified, with the idempotency record. @throws RepeatedRequestError; ConflictError for another revision */
  recordAnnounced(statement: RecordedStatement, change: Change): Promise<void>;
}

const StatementItem = HistoryItem.extend({
  state: z.enum(statementStates),
  revision: z.int(),
  why: Reason.shape.code.optional(),
  ticket: Reason.shape.ticket.optional(),
  at: z.int(),
  files: z.object({ json: z.string(), csv: z.string(), html: z.string() }),
  jws: z.string(),
  billed: z.int(),
  announced: z.int().optional(),
  reopened: z.int().optional(),
});

/** Stores the item `T` of a quarter. While its state is `stated`, no manifest can be recorded, and the reverse holds for concurrent writes. */
export const dynamoStatements = perRuntime(
  (runtime: Runtime): Statements => ({
    async find(org, quarter) {
      const item = await table(runtime).get(statementKey(org, quarter), { consistent: true });
      const pushes = await dynamoManifests(runtime).pushes(org, quarter);
      return { org, quarter, pushes, ...(item && { statement: toStatement(org, quarter, item) }) };
    },
    async record({ org, quarter, pushes, statement }, after, change) {
      const others = after.state === 'stated' ? [noFurtherPush(org, quarter, pushes)] : [];
      await commitChange(runtime, { item: toItem(after), before: statement?.version }, others, change);
    },
    async recordAnnounced({ org, quarter, revision }, change) {
      const announced = {
        update: statementKey(org, quarter),
        expression: 'SET announced = :revision',
        values: { ':revision': revision },
        onlyIf: { expression: compare('revision', '=', ':revision') },
      };
      await commitWithIdempotencyRecord(runtime, [announced], change);
    },
  }),
);

function toStatement(org: OrgId, quarter: Quarter, item: Item): RecordedStatement {
  const {
    state,
    revision,
    why: code,
    ticket,
    at: createdAt,
    files,
    jws,
    billed,
    announced,
    reopened: reopenedAt,
    ...history
  } = StatementItem.parse(item);
  return {
    org,
    quarter,
    state,
    revision,
    reason: code && ticket ? { code, ticket } : undefined,
    createdAt,
    files: { 'statement.json': files.json, 'enterprises.csv': files.csv, 'report.html': files.html },
    jws,
    billed,
    isAnnounced: announced === revision,
    reopenedAt,
    version: versionOf(history),
  };
}

function toItem({
  org,
  quarter,
  state,
  revision,
  reason,
  createdAt: at,
  files,
  jws,
  billed,
  isAnnounced,
  reopenedAt: reopened,
}: RecordedStatement): Item & Key {
  return {
    ...statementKey(org, quarter),
    state,
    revision,
    why: reason?.code,
    ticket: reason?.ticket,
    at,
    files: { json: files['statement.json'], csv: files['enterprises.csv'], html: files['report.html'] },
    jws,
    billed,
    announced: isAnnounced ? revision : undefined,
    reopened,
  };
}
