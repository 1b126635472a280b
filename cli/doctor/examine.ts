import type { AppId } from '../../domain/kernel/ids.ts';
import type { CheckReport, InspectedStage } from './check.ts';
import { clientSecretCheck } from './client-secret-check.ts';
import { readOnlyChecks } from './read-only-checks.ts';
import { runChecks } from './run-checks.ts';
import { throwAwayChecks } from './throw-away-checks.ts';

export interface Examination extends Omit<InspectedStage, 'wait' | 'throwAway'> {
  /** waits a little before the next try */
  pause(): Promise<void>;
  /** the application that the throw-away enterprise belongs to; undefined: read-only */
  readonly throwAway: AppId | undefined;
  readonly clientSecret: string | undefined;
}

/** At 15 s each: an alias counts minutes after it was created. */
const mostTries = 40;

/** Runs all checks. @returns their reports, and the throw-away enterprise, which is suspended then */
export async function examine({ pause, throwAway, clientSecret, ...given }: Examination): Promise<{
  readonly reports: readonly CheckReport[];
  readonly left: string | undefined;
}> {
  let created: Promise<string> | undefined;
  const stage: InspectedStage = {
    ...given,
    async wait(tries) {
      if (tries >= mostTries) return false;
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
