import type { SeededRandom } from '../seeded.ts';
import { type LinkFault, linkFaults } from './aws-link.ts';
import type { WireFault } from './linked-world.ts';

/** Attempts of the SDK at one request. */
const attempts = 3;

/** What disturbs the connections of one request or run, and in words. */
export interface Disturbance {
  readonly fault: WireFault;
  readonly text: string;
  /** Returns how many requests to AWS were disturbed so far. */
  readonly hits: () => number;
}

/** One fault at the first attempt, or one at each, of the nth request to AWS. */
export function someDisturbance(random: SeededRandom): Disturbance {
  const nth = 1 + random.below(random.chance(0.6) ? 2 : 10);
  const first = random.pick(linkFaults);
  const each: readonly LinkFault[] = random.chance(0.3)
    ? [first]
    : [first, ...Array.from({ length: attempts - 1 }, () => random.pick(linkFaults))];
  let seen = 0;
  let hits = 0;
  return {
    text: `request ${nth}: ${each.join(', ')}`,
    fault: ({ attempt }) => {
      if (attempt === 1) seen++;
      const fault = seen === nth ? each[attempt - 1] : undefined;
      if (fault) hits++;
      return fault;
    },
    hits: () => hits,
  };
}
