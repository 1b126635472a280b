import type { Alert } from '../alerts/alert.ts';
import { AlertingRefusal } from '../alerts/alerting-refusal.ts';
import type { Mode } from '../chain/levels.ts';
import { type Caller, chooseMode } from '../identity/policy.ts';
import type { Jti, Subject } from '../kernel/ids.ts';
import { Refusal } from '../kernel/refusal.ts';
import type { Seconds } from '../kernel/time.ts';
import { missedExpiryAlerts } from './expiry-sweep.ts';
import { refreshGraceSeconds } from './key-lifetime.ts';
import type { KeyRequest, RecordedKey } from './recorded-key.ts';

/** A holder of a key that can be refreshed: a site, or an enterprise in one application. */
export interface KeyHolder {
  readonly subject: Subject;
  readonly status: 'live' | 'suspended' | 'dormant' | 'deleted';
  /** undefined where modes mean nothing */
  readonly mode?: Mode | undefined;
  readonly key: RecordedKey;
}

export interface RefreshRequest {
  readonly caller: Caller;
  readonly request: KeyRequest;
  readonly presented: { readonly jti: Jti; readonly gen: number };
}

export type RefreshDecision =
  | { readonly outcome: 'repeat' }
  | {
      readonly outcome: 'issue';
      readonly generation: number;
      readonly mode: Mode | undefined;
      readonly alerts: readonly Alert[];
    };

/**
 * Decides a refresh: a new key, the recorded key again, or a refusal. The order of the checks matters (docs/rules.md 3.6): status, the
 * same request as recorded, superseded, expiry, mode.
 * @throws Refusal; AlertingRefusal where a clone may be at work
 */
export function decideRefresh(holder: KeyHolder, asked: RefreshRequest, now: Seconds): RefreshDecision {
  assertLive(holder);
  if (isSameRequest(holder.key.request, asked.request)) return { outcome: 'repeat' };
  if (asked.presented.jti !== holder.key.jti) throw superseded(holder, asked);
  if (holder.status === 'dormant' || now >= holder.key.expiresAt + refreshGraceSeconds)
    throw new Refusal(
      'key-expired',
      'The presented key expired more than 60 days ago. Request a new one by reissue-key.',
    );
  const mode = nextMode(holder, asked);
  const late = now >= holder.key.expiresAt;
  const alerts: Alert[] = late
    ? [
        ...missedExpiryAlertsOf(holder, now),
        { org: asked.caller.org, reason: 'refreshed-after-expiry', subject: holder.subject },
      ]
    : [];
  return { outcome: 'issue', generation: holder.key.generation + 1, mode, alerts };
}

/** Decides a reissue: it raises an alert, and reactivates a dormant site (docs/rules.md 3.7). @throws site-deleted, site-suspended */
export function decideReissue(
  holder: KeyHolder,
  caller: Caller,
  now: Seconds,
): { generation: number; alerts: readonly Alert[] } {
  assertLive(holder);
  const detail = `generation-${holder.key.generation + 1}`;
  return {
    generation: holder.key.generation + 1,
    alerts: [
      ...missedExpiryAlertsOf(holder, now),
      { org: caller.org, reason: 'reissued', subject: holder.subject, detail },
    ],
  };
}

/** Returns the expiry alert; none for a site that is not live, as in the sweep. */
function missedExpiryAlertsOf({ status, subject, key }: KeyHolder, now: Seconds): Alert[] {
  return status === 'live' ? missedExpiryAlerts(subject, key, now) : [];
}

/** @throws site-deleted, site-suspended */
export function assertLive(holder: Pick<KeyHolder, 'status'>): void {
  if (holder.status === 'deleted') throw new Refusal('site-deleted', 'The site was deleted: its license has ended.');
  if (holder.status === 'suspended') throw new Refusal('site-suspended', 'The site is suspended. Ask the vendor.');
}

/** @throws idempotency-key-reused when the Idempotency-Key is the recorded one but the request is another */
function isSameRequest(recorded: KeyRequest, asked: KeyRequest): boolean {
  if (recorded.idempotencyHash !== asked.idempotencyHash) return false;
  const same =
    recorded.operation === asked.operation &&
    recorded.app === asked.app &&
    recorded.presented === asked.presented &&
    recorded.mode === asked.mode;
  if (!same)
    throw new Refusal(
      'idempotency-key-reused',
      'The Idempotency-Key was already used for a different request. Generate a new one.',
    );
  return true;
}

/** Refuses a key that was replaced by a newer one, and raises the alert `possible-clone`. */
function superseded(holder: KeyHolder, { caller, presented }: RefreshRequest): Refusal {
  const refusal = new Refusal(
    'key-superseded',
    'The presented key was replaced by a newer one. Use the newer key, or request a new one by reissue-key.',
  );
  const detail = `generation-${presented.gen}`;
  return new AlertingRefusal(refusal, { org: caller.org, reason: 'possible-clone', subject: holder.subject, detail });
}

/** Returns the mode of the next key: a refresh may promote dev to production, never the reverse (docs/rules.md 3.2). */
function nextMode({ mode }: KeyHolder, { caller, request }: RefreshRequest): Mode | undefined {
  if (!request.mode || request.mode === mode) return mode;
  if (request.mode === 'dev') throw new Refusal('mode-not-downgradable', 'A production site cannot become a dev site.');
  return chooseMode(caller.policy, request.mode);
}
