import * as z from 'zod';
import { type OrgId, Subject } from '../../../domain/ids.ts';
import {
  isForTheClock,
  isOverdue,
  quartersDue,
  quartersWatched,
} from '../../../domain/statement/recorded-statement.ts';
import type { Quarter } from '../../../domain/time.ts';
import { orgsOf } from '../../adapters/orgs.ts';
import { Failures } from '../../pipeline/failures.ts';
import { invoked } from '../../pipeline/invoked.ts';
import { makeStatement } from '../../pipeline/make-statement.ts';
import { onFreshFacts } from '../../pipeline/on-fresh-facts.ts';
import { statementPortsOn } from '../../pipeline/statement-ports.ts';
import { countStatement } from '../../pipeline/telemetry.ts';
import type { Runtime } from '../../runtime.ts';

const actor = Subject.parse('schedule:make-statements');

/**
 * Daily: from day 11 of a quarter on, the last quarter of each Org is stated if it is not. Missed days, or a statement that was recorded
 * and not published, are made good by the next run, for half a year. What is late is counted, for the alarm: of two years, since an
 * older quarter may be reopened too. One Org that fails does not keep the others from theirs.
 * @throws at the end when any has failed, for the alarm
 */
export const handler = invoked(z.unknown(), async (_event, runtime) => {
  const failures = new Failures();
  const due = quartersDue(runtime.now());
  for (const org of orgsOf(runtime))
    for (const quarter of quartersWatched(runtime.now()))
      await failures.keep(async () => await stateIfDue(runtime, org, quarter, due));
  failures.throwAny();
});

async function stateIfDue(runtime: Runtime, org: OrgId, quarter: Quarter, due: readonly Quarter[]): Promise<void> {
  const ports = statementPortsOn(runtime);
  const standing = await ports.statements.find(org, quarter);
  const hasCounted = !standing.statement && (await ports.counts.quarter(org, quarter)).length > 0;
  if (isOverdue(standing, hasCounted, runtime.now())) countStatement('StatementsOverdue', org, quarter);
  if (!due.includes(quarter) || !isForTheClock(standing, hasCounted)) return;
  const change = { operation: 'make-statements', actor, at: runtime.now(), requestId: 'schedule' };
  await onFreshFacts(async () => await makeStatement(ports, org, quarter, change));
}
