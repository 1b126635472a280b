export type Severity = 'info' | 'warning' | 'critical';

/** The subject of an alert as phrases for a sentence. */
export interface AlertedThing {
  /** `site hub-…` */
  readonly holder: string;
  /** `the key of site hub-…` */
  readonly key: string;
  /** `generation 2`, `5 days`, `2026-Q4`; may be empty */
  readonly detail: string;
}

/** The explanation of an alert reason for its first reader. */
export interface AlertMeaning {
  readonly severity: Severity;
  /** begins the subject line: a few words */
  readonly title: string;
  /** @param thing what it is about: `the key of site …` */
  happened(thing: AlertedThing): string;
  readonly means: string;
  readonly action: string;
}

/** Returns the detail of an alert in brackets, as texts append it. */
export function inBrackets(detail: string): string {
  return detail && ` (${detail})`;
}
