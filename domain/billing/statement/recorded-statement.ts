import type { StatementDigests } from '../../chain/levels.ts';
import type { OrgId } from '../../kernel/ids.ts';
import { quartersUpTo, type statementStates } from '../../kernel/quarter.ts';
import { Refusal } from '../../kernel/refusal.ts';
import {
  day,
  isoTime,
  minute,
  previousQuarter,
  type Quarter,
  quarterEnds,
  quarterOf,
  type Seconds,
} from '../../kernel/time.ts';
import type { Version } from '../../kernel/version.ts';
import { assertSwept, isSwept } from '../../site-licensing/booking.ts';
import type { Reason } from './statement.ts';

/** The statement of a quarter as it is recorded before it is published. Every publication writes exactly these bytes. */
export interface RecordedStatement {
  readonly org: OrgId;
  readonly quarter: Quarter;
  /** `reopened`: manifests are taken again, and the next statement is the next revision */
  readonly state: (typeof statementStates)[number];
  /** of the latest statement */
  readonly revision: number;
  /** of a statement: why it is not the first; of a reopened quarter: why there will be another */
  readonly reason?: Reason | undefined;
  readonly createdAt: Seconds;
  readonly files: StatementDigests;
  readonly jws: string;
  readonly billed: number;
  /** whether finance was notified of this revision */
  readonly isAnnounced: boolean;
  /** when the quarter was reopened; its next statement is pending since then */
  readonly reopenedAt?: Seconds | undefined;
  readonly version?: Version | undefined;
}

/** The record of a quarter: its manifests' count and its statement. */
export interface QuarterRecord {
  readonly org: OrgId;
  readonly quarter: Quarter;
  /** how many manifests have been recorded: a statement holds on to the number that it was made under */
  readonly pushes: number;
  readonly statement?: RecordedStatement | undefined;
}

/** The next step of make-statement. */
export type StatementStep = { readonly publish: RecordedStatement } | { readonly make: StatementToMake };

/** The next revision of a quarter. */
export interface StatementToMake {
  readonly revision: number;
  readonly reason?: Reason | undefined;
  readonly sweptUntil: Seconds;
}

/** A request counts in the quarter in which it came, and may take so long until it is written. */
const settlingSeconds = 5 * minute;

const shownQuarters = 8;

/** A quarter that stays reopened for longer than this raises the alarm `statement-overdue`. */
const mostCorrectionSeconds = 14 * day;

/** Applications push their manifests until day 10. */
const statedAfterSeconds = 10 * day;

/**
 * Decides make-statement: publish the recorded statement again, or create the first or next one.
 * @param sweptUntil undefined when the sweep has never run
 * @throws quarter-running; quarter-not-swept while a counter of the quarter may still change
 */
export function decideStatement(
  { quarter, statement }: QuarterRecord,
  sweptUntil: Seconds | undefined,
  now: Seconds,
): StatementStep {
  const possibleFrom = quarterEnds(quarter) + settlingSeconds;
  if (now < possibleFrom)
    throw new Refusal(
      'quarter-running',
      `The quarter ${quarter} is not complete: its statement can be created from ${isoTime(possibleFrom)} on.`,
    );
  if (statement?.state === 'stated') return { publish: statement };
  const swept = assertSwept(quarter, sweptUntil);
  if (!statement) return { make: { revision: 1, sweptUntil: swept } };
  return { make: { revision: statement.revision + 1, reason: statement.reason, sweptUntil: swept } };
}

/** Returns when the first statement of a quarter is due: on day 11 of the next one. */
function statementDue(quarter: Quarter): Seconds {
  return quarterEnds(quarter) + statedAfterSeconds;
}

/** Returns the date of the alerts of a statement: of the first one, the day on which it was due, however late it was made. */
export function alertDateOf({ quarter, revision, createdAt }: RecordedStatement): Seconds {
  return revision === 1 ? Math.min(createdAt, statementDue(quarter)) : createdAt;
}

/** Returns the quarters that the schedule checks: a statement that could not be created on its day is created later, for two years. */
export function quartersToCheck(now: Seconds): Quarter[] {
  return quartersUpTo(previousQuarter(quarterOf(now))).slice(-shownQuarters);
}

/** Returns whether a statement is overdue: from day 12 on the first one, two weeks after a quarter was reopened the next one. */
export function isOverdue({ quarter, statement }: QuarterRecord, hasCounted: boolean, now: Seconds): boolean {
  if (!statement) return hasCounted && now >= statementDue(quarter) + day;
  return statement.reopenedAt !== undefined && now >= statement.reopenedAt + mostCorrectionSeconds;
}

/** The step of the scheduled run for a quarter: `wait` until the sweep has passed its end. */
export type ScheduledStep = 'none' | 'wait' | 'make';

/**
 * Decides the scheduled run: it creates the first statement, from day 11 on, and completes a started one. A reopened quarter waits for
 * the operator, so that the correction comes before the next statement. A quarter of an Org that has counted nothing needs none.
 */
export function scheduledStep(
  { quarter, statement }: QuarterRecord,
  hasCounted: boolean,
  sweptUntil: Seconds | undefined,
  now: Seconds,
): ScheduledStep {
  if (statement) return statement.state === 'stated' && !statement.isAnnounced ? 'make' : 'none';
  if (!hasCounted || now < statementDue(quarter)) return 'none';
  return isSwept(quarter, sweptUntil) ? 'make' : 'wait';
}

/** @throws conflict when there is no statement yet; no-change */
export function reopened({ statement }: QuarterRecord, reason: Reason, reopenedAt: Seconds): RecordedStatement {
  if (!statement)
    throw new Refusal('conflict', 'The quarter has no statement yet. Corrections are possible without reopening it.');
  if (statement.state === 'reopened')
    throw new Refusal(
      'no-change',
      'The quarter is already reopened. Call make-statement to create its next statement.',
    );
  return { ...statement, state: 'reopened', reason, reopenedAt };
}

/** Refuses to replace a statement that finance has received and the table has lost. */
export function lostStatement({ quarter, revision }: Pick<RecordedStatement, 'quarter' | 'revision'>): Refusal {
  return new Refusal(
    'conflict',
    `Statement r${revision} of ${quarter} is published but not recorded: a restore has lost its item. See docs/runbook.md, restore from backup.`,
  );
}

/** @returns the quarters that a statement shows before its own, latest first */
export function quartersBefore(quarter: Quarter): Quarter[] {
  return quartersUpTo(quarter).slice(-shownQuarters, -1).reverse();
}
