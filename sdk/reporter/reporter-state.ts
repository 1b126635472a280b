import * as z from 'zod';
import { Manifest } from '../../domain/billing/manifest.ts';
import { day, previousQuarter, Quarter, quarterEnds, quarterOf, type Seconds } from '../../domain/kernel/time.ts';

/** All that must outlive a crash for each quarter to be told once, with one set of numbers. */
export const ReportRecord = z.union([
  z.strictObject({ pending: z.strictObject({ quarter: Quarter, manifest: Manifest, idempotencyKey: z.string() }) }),
  z.strictObject({ done: Quarter }),
]);
export type ReportRecord = z.infer<typeof ReportRecord>;

export type ReportStep =
  | { readonly kind: 'rest' }
  /** count, and persist what was counted before it is sent */
  | { readonly kind: 'collect'; readonly quarter: Quarter }
  | { readonly kind: 'send'; readonly quarter: Quarter; readonly manifest: Manifest; readonly idempotencyKey: string };

/** Manifests of a quarter are taken until this long after its end; then the statement is made. */
const openSeconds = 10 * day;

/** What to do next about the quarter that ended last: pure. @param record undefined: this store has never reported */
export function nextReport(record: ReportRecord | undefined, now: Seconds): ReportStep {
  const quarter = previousQuarter(quarterOf(now));
  const { pending, done } = { pending: undefined, done: undefined, ...record };
  // What a clock that was ahead has counted too early is counted anew in its time.
  if (pending && pending.quarter <= quarter) return { kind: 'send', ...pending };
  const isOpen = now < quarterEnds(quarter) + openSeconds;
  return isOpen && (!done || done < quarter) ? { kind: 'collect', quarter } : { kind: 'rest' };
}

/** @param code of the refusal, if it was one: what was refused is counted anew next time, unless it comes too late */
export function afterReport(quarter: Quarter, code: string | undefined): ReportRecord {
  return { done: code === undefined || code === 'quarter-closed' ? quarter : previousQuarter(quarter) };
}
