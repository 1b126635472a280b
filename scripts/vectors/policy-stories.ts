import { day, hour } from '../../domain/kernel/time.ts';
import type { GuardEvent, GuardState } from '../../sdk/guard/guard-state.ts';
import { allowed, bad, begin, good, key, shown } from './guard-events.ts';

interface Story {
  readonly start?: Partial<GuardState>;
  readonly events: readonly GuardEvent[];
}

const own = { ...key, iat: begin - day };
const ofBoost = { ...own, app: 'boost' };
const ofCaio = { ...own, app: 'caio' };
const ofCore = { ...own, org: 'core' };

/** The key is shown, and the server can't be waited for. */
const offline = (passed: number, of: typeof key) => shown(passed, 0, false, of);

/** Whose keys a guard admits, and for how long, by the policy that it has learned. */
export const policyStories: Record<string, Story> = {
  'without a policy an application enforces for itself alone': {
    events: [offline(0, ofBoost), offline(0, own), shown(1, 0, true, ofBoost), offline(2, ofBoost)],
  },
  'the keys of another application go on by the last policy, until a newer one leaves it out': {
    events: [
      allowed(0),
      offline(1, ofBoost),
      offline(2, ofCaio),
      allowed(-60, { enforcesFor: ['boost', 'caio'] }),
      offline(3, ofCaio),
      allowed(60, { enforcesFor: [] }),
      offline(61, ofBoost),
      offline(62, own),
    ],
  },
  'a good verdict that has ended does not bring back an application that the policy leaves out': {
    events: [
      shown(0, 0, true, ofBoost),
      allowed(0, { enforcesFor: [] }),
      good(1),
      shown(2, 0, true, ofBoost),
      offline(2 * hour, ofBoost),
      allowed(2 * hour),
      offline(2 * hour + 1, ofBoost),
      bad(2 * hour + 2, 'key-unknown'),
      offline(3 * hour, ofBoost),
    ],
  },
  'where the policy lists enterprises, a key of one of which the server has said nothing is unknown': {
    events: [allowed(0, { enterprises: 'listed' }), offline(1, own), good(2), offline(2 * hour, own)],
  },
  'where the policy lists enterprises, a new key is known by what the server said of another one of its enterprise': {
    start: { knowsEnterprise: true },
    events: [
      allowed(0, { enterprises: 'listed' }),
      offline(1, own),
      offline(2, ofBoost),
      offline(3, ofCaio),
      bad(4, 'key-unknown'),
    ],
  },
  'the limits of the policy count where they are narrower': {
    events: [
      allowed(0, { cacheSeconds: 600, graceSeconds: hour }),
      good(1),
      shown(600, 0, true, own),
      offline(602, own),
      offline(hour, own),
      offline(hour + 1, own),
      allowed(2 * hour, { graceSeconds: 30 * day }),
      offline(2 * hour + 1, own),
      offline(5 * day + 1, own),
    ],
  },
  'a key of another Org is never asked about': {
    events: [shown(0, 0, true, ofCore), allowed(1, { enforcesFor: ['hwf'] }), shown(2, 0, true, ofCore)],
  },
};
