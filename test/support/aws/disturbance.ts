import type { SeededRandom } from '../seeded.ts';
import { type LinkFault, linkFaults } from './aws-link.ts';
import type { WireFault } from './linked-world.ts';

/** Attempts of the SDK at one request. */
const attempts = 3;

/** What disturbs the connections of one request or run, and in words. */
export interface Disturbance {
  readonly fault: WireFault;
  readonly text: string;
}

/** One fault at the first attempt, or one at each, of the nth request to AWS. */
export function someDisturbance(random: SeededRandom): Disturbance {
  const nth = 1 + random.below(random.chance(0.4) ? 2 : 10);
  const first = random.pick(linkFaults);
  const each: readonly LinkFault[] = random.chance(0.5)
    ? [first]
    : [first, ...Array.from({ length: attempts - 1 }, () => random.pick(linkFaults))];
  let seen = 0;
  return {
    text: `request ${nth}: ${each.join(', ')}`,
    fault: ({ attempt }) => {
      if (attempt === 1) seen++;
      return seen === nth ? each[attempt - 1] : undefined;
    },
  };
}
