import { dynamoAlerts } from '../../platform/changes/raise-alerts.ts';
import type { Runtime } from '../../platform/kernel/runtime.ts';
import type { Ports } from '../../platform/request/handler.ts';
import { dynamoSweepProgress } from '../../platform/storage/sweep-progress.ts';
import { dynamoEnterprises } from '../../site-licensing/storage/enterprises.ts';
import { dynamoCounts } from '../../site-licensing/storage/quarter-counts.ts';
import { dynamoManifests } from '../storage/manifests.ts';
import { s3StatementFiles } from '../storage/statement-files.ts';
import { lambdaStatementSigner } from '../storage/statement-signer.ts';
import { dynamoStatements } from '../storage/statements.ts';

/** The ports that create a statement. */
export const statementPorts = {
  counts: dynamoCounts,
  manifests: dynamoManifests,
  enterprises: dynamoEnterprises,
  signer: lambdaStatementSigner,
  statements: dynamoStatements,
  files: s3StatementFiles,
  alerts: dynamoAlerts,
  sweep: dynamoSweepProgress,
};
export type StatementPorts = Ports<typeof statementPorts>;

/** Creates the same ports for a function outside of the request pipeline. */
export function statementPortsOn(runtime: Runtime): StatementPorts {
  const { counts, manifests, enterprises, signer, statements, files, alerts, sweep } = statementPorts;
  return {
    counts: counts(runtime),
    manifests: manifests(runtime),
    enterprises: enterprises(runtime),
    signer: signer(runtime),
    statements: statements(runtime),
    files: files(runtime),
    alerts: alerts(runtime),
    sweep: sweep(runtime),
    runtime,
  };
}
