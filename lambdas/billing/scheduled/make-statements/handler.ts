import * as z from 'zod';
import { isOverdue, quartersToCheck, scheduledStep } from '../../../../domain/billing/statement/recorded-statement.ts';
import { type OrgId, Subject } from '../../../../domain/kernel/ids.ts';
import type { Quarter } from '../../../../domain/kernel/time.ts';
import { ErrorCollector } from '../../../platform/background/error-collector.ts';
import { invoked } from '../../../platform/background/invoked.ts';
import { retryOnConflict } from '../../../platform/background/retry-on-conflict.ts';
import { orgsOf } from '../../../platform/kernel/orgs.ts';
import type { Runtime } from '../../../platform/kernel/runtime.ts';
import { countStatement, logWaitingStatement } from '../../../platform/kernel/telemetry.ts';
import { makeStatement } from '../../statement/make-statement.ts';
import { statementPortsOn } from '../../statement/statement-ports.ts';

const actor = Subject.parse('schedule:make-statements');

/**
 * Daily: from day 11 of a quarter on, the last quarter of each Org is stated if it is not. A statement waits until the sweep has passed
 * the end of its quarter. Missed days, waiting ones, or a statement that was recorded and not published, are made up for by the next
 * run, for two years. What is late is counted, for the alarm. One Org that fails does not keep the others from theirs.
 * @throws at the end when any has failed, for the alarm
 */
export const handler = invoked(z.unknown(), async (_event, runtime) => {
  const failures = new ErrorCollector();
  for (const org of orgsOf(runtime))
    for (const quarter of quartersToCheck(runtime.now()))
      await failures.attempt(async () => await createIfPending(runtime, org, quarter));
  failures.throwIfAny();
});

async function createIfPending(runtime: Runtime, org: OrgId, quarter: Quarter): Promise<void> {
  const ports = statementPortsOn(runtime);
  const record = await ports.statements.find(org, quarter);
  const hasCounted = !record.statement && (await ports.counts.quarter(org, quarter)).length > 0;
  if (isOverdue(record, hasCounted, runtime.now())) countStatement('StatementsOverdue', org, quarter);
  const step = scheduledStep(record, hasCounted, await ports.sweep.until(), runtime.now());
  if (step === 'wait') logWaitingStatement(org, quarter);
  if (step !== 'make') return;
  const change = { operation: 'make-statements', actor, at: runtime.now(), requestId: 'schedule' };
  await retryOnConflict(async () => await makeStatement(ports, org, quarter, change));
}
