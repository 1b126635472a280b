/** The chapters of docs/runbook.md that alarms link to. */
export const runbookAnchors = [
  'function-errors',
  'function-throttles',
  'api-errors',
  'requests-blocked',
  'forged-keys',
  'table-throttled',
  'schedule-missed',
  'schedule-undelivered',
  'stream-late',
  'poison-record',
  'topic-undelivered',
  'statement-overdue',
  'refreshes-silent',
] as const;
export type Anchor = (typeof runbookAnchors)[number];

/** Returns the link for the text of an alarm. */
export function runbookLink(anchor: Anchor): string {
  return `docs/runbook.md#${anchor}`;
}
