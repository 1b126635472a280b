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

/** Presents a key without waiting for the server. */
const offline = (passed: number, of: typeof key) => shown(passed, 0, false, of);

/** Stories about the policy: whose keys a guard admits, and for how long. */
export const policyStories: Record<string, Story> = {
  'without a policy an application enforces for itself alone': {
    events: [offline(0, ofBoost), offline(0, own), shown(1, 0, true, ofBoost), offline(2, ofBoost)],
  },
  'the keys of another application are accepted by the last policy, until a newer one excludes it': {
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
  'an expired valid verdict does not readmit an application that the policy excludes': {
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
  'with listed enterprises, a key is unknown until the server has confirmed its enterprise': {
    events: [allowed(0, { enterprises: 'listed' }), offline(1, own), good(2), offline(2 * hour, own)],
  },
  'with listed enterprises, a new key is known once the server has confirmed another key of its enterprise': {
    start: { knowsEnterprise: true },
    events: [
      allowed(0, { enterprises: 'listed' }),
      offline(1, own),
      offline(2, ofBoost),
      offline(3, ofCaio),
      bad(4, 'key-unknown'),
    ],
  },
  'the limits of the policy apply where they are narrower': {
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
  'a key of another Org is never checked with the server': {
    events: [shown(0, 0, true, ofCore), allowed(1, { enforcesFor: ['hwf'] }), shown(2, 0, true, ofCore)],
  },
};
