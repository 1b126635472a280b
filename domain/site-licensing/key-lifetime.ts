import { hash32, type Jti, type Subject } from '../kernel/ids.ts';
import { day, hour, type Seconds } from '../kernel/time.ts';

/** docs/rules.md 3.5: 30 days and up to 24 h more, by hash of the subject, so that renewals spread. */
const lifetimeSeconds = 30 * day;
const refreshAfterSeconds = 20 * day;

/** docs/rules.md 3.6: how long after its end a live key may still be refreshed; then the site is dormant. */
export const refreshGraceSeconds = 60 * day;

/** Leaves the client ten days to refresh, even when the chain above ends early. */
const refreshLeadSeconds = lifetimeSeconds - refreshAfterSeconds;

export function jitterOf(subject: Subject): Seconds {
  return hash32(subject) % (24 * hour);
}

/** @param chainEnds no key outlives the links above it */
export function expiryOf(subject: Subject, issuedAt: Seconds, chainEnds: Seconds): Seconds {
  return Math.min(issuedAt + lifetimeSeconds + jitterOf(subject), chainEnds);
}

/** Returns from when on a client refreshes its key, within 48 h. */
export function refreshAfter(expiresAt: Seconds): Seconds {
  return expiresAt - refreshLeadSeconds;
}

/** Returns the numbers of a new key: all that its claims hold besides the names. */
export function numberKey(subject: Subject, generation: number, jti: Jti, now: Seconds, chainEnds: Seconds) {
  return { generation, jti, issuedAt: now, expiresAt: expiryOf(subject, now, chainEnds) };
}
