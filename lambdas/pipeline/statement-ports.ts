import { dynamoAlerts } from '../adapters/alerts.ts';
import { dynamoEnterprises } from '../adapters/enterprises.ts';
import { s3Statements } from '../adapters/kept-statements.ts';
import { dynamoManifests } from '../adapters/manifests.ts';
import { dynamoCounts } from '../adapters/quarter-counts.ts';
import { lambdaStatementSigner } from '../adapters/statement-signer.ts';
import { dynamoStatements } from '../adapters/statements.ts';
import { dynamoSweepProgress } from '../adapters/sweep-progress.ts';
import type { Runtime } from '../runtime.ts';
import type { Given } from './handle.ts';

/** What it takes to make a statement. */
export const statementPorts = {
  counts: dynamoCounts,
  manifests: dynamoManifests,
  enterprises: dynamoEnterprises,
  signer: lambdaStatementSigner,
  statements: dynamoStatements,
  kept: s3Statements,
  alerts: dynamoAlerts,
  sweep: dynamoSweepProgress,
};
export type StatementPorts = Given<typeof statementPorts>;

/** The same for a function that is not on the road of requests. */
export function statementPortsOn(runtime: Runtime): StatementPorts {
  const { counts, manifests, enterprises, signer, statements, kept, alerts, sweep } = statementPorts;
  return {
    counts: counts(runtime),
    manifests: manifests(runtime),
    enterprises: enterprises(runtime),
    signer: signer(runtime),
    statements: statements(runtime),
    kept: kept(runtime),
    alerts: alerts(runtime),
    sweep: sweep(runtime),
    runtime,
  };
}
