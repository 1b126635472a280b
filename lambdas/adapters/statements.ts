import * as z from 'zod';
import type { OrgId } from '../../domain/ids.ts';
import type { QuarterStanding, RecordedStatement } from '../../domain/statement/recorded-statement.ts';
import { Reason } from '../../domain/statement/statement.ts';
import type { Quarter } from '../../domain/time.ts';
import type { Statements } from '../ports.ts';
import type { Runtime } from '../runtime.ts';
import { commitChange, commitRemembered } from './commit-change.ts';
import { HistoryItem, versionOf } from './key-item.ts';
import { perRuntime } from './per-runtime.ts';
import { type Condition, type Item, type Key, table } from './table.ts';

/** The gate of a quarter: it may be there before any statement, with the number of manifests recorded so far. */
const GateItem = z.object({ pushes: z.int().default(0), state: z.string().optional() });

const StatementItem = HistoryItem.extend({
  state: z.enum(['stated', 'reopened']),
  revision: z.int(),
  why: Reason.shape.code.optional(),
  ticket: Reason.shape.ticket.optional(),
  at: z.int(),
  files: z.object({ json: z.string(), csv: z.string(), html: z.string() }),
  jws: z.string(),
  billed: z.int(),
  announced: z.int().optional(),
});

/**
 * The item `T` of a quarter. A manifest counts itself there (`pushes`) in the transaction that records it, so that none slips in beside
 * a statement that is being made.
 */
export const dynamoStatements = perRuntime(
  (runtime: Runtime): Statements => ({
    async find(org, quarter) {
      const item = await table(runtime).get(keyOf(org, quarter), { consistent: true });
      const { pushes, state } = GateItem.parse(item ?? {});
      return { org, quarter, pushes, ...(item && state && { statement: toStatement(org, quarter, item) }) };
    },
    async record(before, after, change) {
      const item = { ...toItem(after), ...(before.pushes > 0 && { pushes: before.pushes }) };
      const recording = { item, before: before.statement?.version, onlyIf: noOtherManifest(before) };
      await commitChange(runtime, recording, [], change);
    },
    async recordAnnounced({ org, quarter, revision }, change) {
      const announced = {
        update: keyOf(org, quarter),
        expression: 'SET announced = :revision',
        values: { ':revision': revision },
        onlyIf: { expression: 'revision = :revision' },
      };
      await commitRemembered(runtime, [announced], change);
    },
  }),
);

function keyOf(org: OrgId, quarter: Quarter): Key {
  return { pk: `Q#${org}#${quarter}`, sk: 'T' };
}

function noOtherManifest({ pushes }: QuarterStanding): Condition {
  return pushes > 0
    ? { expression: 'pushes = :pushes', values: { ':pushes': pushes } }
    : { expression: 'attribute_not_exists(pushes)' };
}

function toStatement(org: OrgId, quarter: Quarter, item: Item): RecordedStatement {
  const {
    state,
    revision,
    why: code,
    ticket,
    at: madeAt,
    files,
    jws,
    billed,
    announced,
    ...history
  } = StatementItem.parse(item);
  return {
    org,
    quarter,
    state,
    revision,
    reason: code && ticket ? { code, ticket } : undefined,
    madeAt,
    files: { 'statement.json': files.json, 'enterprises.csv': files.csv, 'report.html': files.html },
    jws,
    billed,
    isAnnounced: announced === revision,
    version: versionOf(history),
  };
}

function toItem({
  org,
  quarter,
  state,
  revision,
  reason,
  madeAt: at,
  files,
  jws,
  billed,
  isAnnounced,
}: RecordedStatement): Item & Key {
  return {
    ...keyOf(org, quarter),
    state,
    revision,
    why: reason?.code,
    ticket: reason?.ticket,
    at,
    files: { json: files['statement.json'], csv: files['enterprises.csv'], html: files['report.html'] },
    jws,
    billed,
    announced: isAnnounced ? revision : undefined,
  };
}
