import type { AppId } from '../../domain/kernel/ids.ts';
import type { CheckReport, InspectedStage } from './check.ts';
import { clientSecretCheck } from './client-secret-check.ts';
import { readOnlyChecks } from './read-only-checks.ts';
import { runChecks } from './run-checks.ts';
import { throwAwayChecks } from './throw-away-checks.ts';

export interface Examination extends Omit<InspectedStage, 'wait' | 'throwAway'> {
  /** Waits 15 s before the next attempt. */
  pause(): Promise<void>;
  /** Application of the test enterprise; undefined: read-only checks only. */
  readonly throwAway: AppId | undefined;
  readonly clientSecret: string | undefined;
}

/** At 15 s each: a KMS alias takes effect minutes after its creation. */
const maxTries = 40;

/** Runs all checks and suspends the test enterprise. @returns the reports, and the test enterprise */
export async function examine({ pause, throwAway, clientSecret, ...given }: Examination): Promise<{
  readonly reports: readonly CheckReport[];
  readonly left: string | undefined;
}> {
  let created: Promise<string> | undefined;
  const stage: InspectedStage = {
    ...given,
    async wait(tries) {
      if (tries >= maxTries) return false;
      await pause();
      return true;
    },
    async throwAway() {
      created ??= given.api
        .call('create-enterprise', { application: throwAway })
        .then(({ enterpriseId }) => enterpriseId);
      return await created;
    },
  };
  const checks = [...readOnlyChecks, ...(clientSecret ? [clientSecretCheck(clientSecret)] : []), ...throwAwayChecks];
  const reports = await runChecks(checks, stage, throwAway !== undefined);
  const left = await created?.catch(() => undefined);
  if (left) await given.api.call('update-enterprise', { enterpriseId: left, status: 'suspended' });
  return { reports, left };
}
