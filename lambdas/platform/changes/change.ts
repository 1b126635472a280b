import type { Alert } from '../../../domain/alerts/alert.ts';
import type { AppId, EnterpriseId, Jti, OrgId, SiteId, Subject } from '../../../domain/kernel/ids.ts';
import type { Seconds } from '../../../domain/kernel/time.ts';

/** Idempotency record of a request; kept 24 h. */
export interface IdempotencyRecord {
  readonly org: OrgId;
  readonly app: AppId;
  readonly operation: string;
  /** SHA-256 of the Idempotency-Key */
  readonly idempotencyHash: string;
  /** HMAC of the request under the Idempotency-Key: identifies the same request, reveals nothing of it */
  readonly requestHash: string;
}

/** How a repeated request is answered: by the recorded answer, or by creating the same key again. */
export type Outcome = { readonly answer: unknown } | KeyOutcome;

/** Identifies a recorded key; the key itself is never stored. */
export interface KeyOutcome {
  readonly site?: SiteId | undefined;
  readonly enterprise?: EnterpriseId | undefined;
  readonly jti?: Jti | undefined;
}

/** Who changes what and when; written with the change as its audit event. */
export interface Change {
  readonly operation: string;
  readonly actor: Subject;
  readonly at: Seconds;
  readonly requestId: string;
  readonly idempotencyRecord?: IdempotencyRecord | undefined;
  readonly outcome?: Outcome | undefined;
  readonly alerts?: readonly Alert[] | undefined;
}

/** The same request was recorded before: answer as then. */
export class RepeatedRequestError extends Error {
  readonly outcome: Outcome;

  constructor(outcome: Outcome) {
    super('the same request was recorded before');
    this.outcome = outcome;
  }
}
