import { quarterBegins, quarterOf } from '../../../domain/kernel/time.ts';
import { readStartDate } from '../../../local/start-date.ts';

const start = readStartDate() ?? Date.UTC(2031, 4, 14, 10) / 1000;

/** The statement of a quarter cannot be made in the first five minutes of the next one, when tests of statements cannot begin. */
const settledSeconds = 300;

/**
 * What the clocks of the tests show at first: never the date of the run. It is years away from it, so that what reads the machine's
 * clock where it should be given one sees other keys than the test. Another START_DATE must not change any result.
 */
export const firstMoment = Math.max(start, quarterBegins(quarterOf(start)) + settledSeconds);
