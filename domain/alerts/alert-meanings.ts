export type Severity = 'info' | 'warning' | 'critical';

/** What an alert is about, in words that stand in a sentence. */
export interface AlertedThing {
  /** `site hub-…` */
  readonly holder: string;
  /** `the key of site hub-…` */
  readonly key: string;
  /** `generation 2`, `5 days`, `2026-Q4`; may be empty */
  readonly detail: string;
}

/** What a person must know of an alert who has never seen one. */
export interface AlertMeaning {
  readonly severity: Severity;
  /** begins the subject line: a few words */
  readonly title: string;
  /** @param thing what it is about: `the key of site …` */
  happened(thing: AlertedThing): string;
  readonly means: string;
  readonly action: string;
}

/** The detail of an alert in brackets, as texts append it. */
export function inBrackets(detail: string): string {
  return detail && ` (${detail})`;
}
