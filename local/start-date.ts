import { isoTime, type Seconds, secondsOf } from '../domain/kernel/time.ts';

/** Quarters are of the years 2000 to 2099, and a run needs some years before and after its start. */
const form = /^20[2-8]\d-\d{2}-\d{2}(T\d{2}:\d{2}:\d{2}Z)?$/;

/**
 * Returns the start time of a local run: the first second of a UTC date, or a UTC time.
 *
 * @param text the environment variable START_DATE @default undefined: the run starts now
 * @throws for any other text
 */
export function readStartDate(text: string | undefined = process.env.START_DATE): Seconds | undefined {
  if (!text) return undefined;
  const at = secondsOf(text);
  if (!form.test(text) || Number.isNaN(at) || !isoTime(at).startsWith(text)) throw new StartDateError(text);
  return at;
}

export class StartDateError extends Error {
  constructor(text: string) {
    super(
      `START_DATE ${JSON.stringify(text)} is invalid: expected a UTC date such as 2028-02-29, or a time such as 2028-02-29T23:59:50Z, in the years 2020 to 2089.`,
    );
  }
}
