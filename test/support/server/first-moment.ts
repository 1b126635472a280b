import { readStartDate } from '../../../local/start-date.ts';

/**
 * What the clocks of the tests show at first: never the date of the run. It is years away from it, so that what reads the machine's
 * clock where it should be given one sees other keys than the test. Another START_DATE must not change any result.
 */
export const firstMoment = readStartDate() ?? Date.UTC(2031, 4, 14, 10) / 1000;
