import {
  day,
  hour,
  nextQuarter,
  type Quarter,
  quarterEnds,
  quarterOf,
  type Seconds,
} from '../../domain/kernel/time.ts';

/** When the story's month and its quarter's end are played; all but `statementAtLatest` are midnights, UTC. */
export interface StoryTimes {
  /** the quarter that is invoiced */
  readonly quarter: Quarter;
  /** sites come and go, each gets its key */
  readonly monthBegins: Seconds;
  /** all keys but one are refreshed */
  readonly keysRefreshed: Seconds;
  /** from here on the hourly sweep runs: the forgotten key is about to expire */
  readonly sweepBegins: Seconds;
  /** the forgotten key has expired, in the same quarter */
  readonly forgottenExpired: Seconds;
  /** the manifest can be submitted */
  readonly quarterOver: Seconds;
  /** the statement is made on day 11; after this moment the story does not wait for it any longer */
  readonly statementAtLatest: Seconds;
}

/** What the chapters before the month need. */
const firstChapters = hour;

/** The month starts so many days before the end of its quarter, so that a key of 30 days is created, expires and is refreshed within it. */
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
