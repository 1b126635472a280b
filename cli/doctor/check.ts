import type { KeyRings } from '../../domain/trust/key-ring.ts';
import type { Client } from '../../sdk/client.ts';
import type { StageAccess } from '../aws/stage-access.ts';

/** What a check may use of the stage that it looks at. */
export interface InspectedStage {
  readonly url: string;
  /** signs as an operator */
  readonly api: Client;
  /** sends requests that are not signed */
  readonly fetch: typeof fetch;
  readonly aws: StageAccess;
  /** as `lib/key-rings.json` states them */
  readonly rings: KeyRings;
  /** seconds since 1970, by the server's clock */
  now(): number;
  /** waits before the next try of what becomes true late @returns false when the time for it has passed */
  wait(tries: number): Promise<boolean>;
  /** the id of an enterprise that was created for this run, once @throws ProblemError */
  throwAway(): Promise<string>;
}

/** What a check has found: what is wrong, one text for each fault, or what was seen. */
export interface Finding {
  readonly faults: readonly string[];
  readonly seen: string;
}

/** One check of what no emulator shows. */
export interface Check {
  readonly id: string;
  /** what a person learns from it */
  readonly shows: string;
  /** `read-only` changes nothing; `throw-away` needs an enterprise of its own */
  readonly kind: 'read-only' | 'throw-away';
  /** what to do when it fails */
  readonly remedy: string;
  inspect(stage: InspectedStage): Promise<Finding>;
}

export type CheckResult = 'ok' | 'failed' | 'not run';

/** The result of a check, as it is printed. */
export interface CheckReport {
  readonly check: string;
  readonly result: CheckResult;
  readonly shows: string;
  readonly detail: string;
  /** empty where nothing is to be done */
  readonly remedy: string;
}
