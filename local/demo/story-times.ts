import {
  day,
  hour,
  nextQuarter,
  type Quarter,
  quarterEnds,
  quarterOf,
  type Seconds,
} from '../../domain/kernel/time.ts';

/** Times of the month and the end of the quarter in the demo; all but `statementAtLatest` are midnights, UTC. */
export interface StoryTimes {
  /** The invoiced quarter. */
  readonly quarter: Quarter;
  /** Sites are created and deleted. */
  readonly monthBegins: Seconds;
  /** All keys but one are refreshed. */
  readonly keysRefreshed: Seconds;
  /** Start of the hourly sweep: the forgotten key is about to expire. */
  readonly sweepBegins: Seconds;
  /** The forgotten key has expired, in the same quarter. */
  readonly forgottenExpired: Seconds;
  /** The manifest can be submitted. */
  readonly quarterOver: Seconds;
  /** Latest time at which the demo waits for the statement, which is created on day 11. */
  readonly statementAtLatest: Seconds;
}

/** Time for the chapters before the month. */
const firstChapters = hour;

/** Days from the start of the month to the end of its quarter. A key of 30 days is created, expires and is refreshed within them. */
const monthBeginsDaysBefore = 37;

/** Returns the times of the story that starts at this moment: they end with the first quarter that still has room for its month. */
export function storyTimes(start: Seconds): StoryTimes {
  const running = quarterOf(start);
  const quarter = monthOf(running) >= start + firstChapters ? running : nextQuarter(running);
  const ends = quarterEnds(quarter);
  return {
    quarter,
    monthBegins: monthOf(quarter),
    keysRefreshed: ends - 17 * day,
    sweepBegins: ends - 14 * day,
    forgottenExpired: ends - 5 * day,
    quarterOver: ends + day,
    statementAtLatest: ends + 20 * day,
  };
}

function monthOf(quarter: Quarter): Seconds {
  return quarterEnds(quarter) - monthBeginsDaysBefore * day;
}
