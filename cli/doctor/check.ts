import type { KeyRings } from '../../domain/trust/key-ring.ts';
import type { Client } from '../../sdk/client.ts';
import type { StageAccess } from '../aws/stage-access.ts';

/** Access of a check to the inspected stage. */
export interface InspectedStage {
  readonly url: string;
  /** Client with the key of an operator. */
  readonly api: Client;
  /** Sends unsigned requests. */
  readonly fetch: typeof fetch;
  readonly aws: StageAccess;
  /** Key rings of `lib/key-rings.json`. */
  readonly rings: KeyRings;
  /** Returns the server's time in seconds since 1970. */
  now(): number;
  /** Waits before the next attempt of an eventually consistent check. @returns false after the maximum number of attempts */
  wait(tries: number): Promise<boolean>;
  /** Returns the id of the enterprise of this run; creates it at the first call. @throws ProblemError */
  throwAway(): Promise<string>;
}

/** Result of a check: its faults, and the observed value. */
export interface Finding {
  readonly faults: readonly string[];
  readonly seen: string;
}

/** A check of behaviour that an emulator can't show. */
export interface Check {
  readonly id: string;
  /** Statement that the check verifies. */
  readonly verifies: string;
  /** `read-only` changes nothing; `throw-away` requires a test enterprise. */
  readonly kind: 'read-only' | 'throw-away';
  /** Remedy when the check fails. */
  readonly remedy: string;
  inspect(stage: InspectedStage): Promise<Finding>;
}

export type CheckResult = 'ok' | 'failed' | 'not run';

/** Result of a check, as printed. */
export interface CheckReport {
  readonly check: string;
  readonly result: CheckResult;
  readonly verifies: string;
  readonly detail: string;
  /** Empty when the check passed. */
  readonly remedy: string;
}
