import { alertDateOf, type RecordedStatement } from '../../../domain/billing/statement/recorded-statement.ts';
import { Statement } from '../../../domain/billing/statement/statement.ts';
import { alertsOf } from '../../../domain/billing/statement/statement-alerts.ts';
import { noticeOfStatement } from '../../../domain/billing/statement/statement-notice.ts';
import type { StatementDigests } from '../../../domain/chain/levels.ts';
import { isoTime, type Quarter } from '../../../domain/kernel/time.ts';
import { publish } from '../../platform/aws/topics.ts';
import type { Change } from '../../platform/changes/change.ts';
import type { StatementPorts } from './statement-ports.ts';

/** A statement as operators see it. */
export interface MadeStatement {
  readonly quarter: Quarter;
  readonly revision: number;
  readonly createdAt: string;
  readonly billedProductionSites: number;
  readonly location: string;
  readonly files: StatementDigests;
}

/**
 * Publishes a recorded statement, raises its alerts and notifies finance: at least once. The date of its alerts is that of the
 * statement, so a later repeat raises none twice.
 */
export async function publishStatement(
  ports: Pick<StatementPorts, 'files' | 'alerts' | 'statements' | 'runtime'>,
  recorded: RecordedStatement,
  change: Change,
): Promise<MadeStatement> {
  const folder = await ports.files.publish(recorded);
  const location = ports.files.locationOf(recorded);
  if (!recorded.isAnnounced) {
    const statement = Statement.parse(JSON.parse(folder['statement.json']));
    for (const alert of alertsOf(statement)) await ports.alerts.raise(alert, alertDateOf(recorded));
    await publish(ports.runtime, 'FINANCE_TOPIC', noticeOfStatement(statement, location));
  }
  const answer = viewOf(recorded, location);
  await ports.statements.recordAnnounced(recorded, { ...change, outcome: { answer } });
  return answer;
}

function viewOf({ quarter, revision, createdAt, billed, files }: RecordedStatement, location: string): MadeStatement {
  return { quarter, revision, createdAt: isoTime(createdAt), billedProductionSites: billed, location, files };
}
