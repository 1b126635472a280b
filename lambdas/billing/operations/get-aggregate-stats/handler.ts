import { assertRegistered } from '../../../../domain/identity/application.ts';
import { countedApplication } from '../../../../domain/identity/policy.ts';
import { assertBegun } from '../../../../domain/kernel/quarter.ts';
import { dynamoApplications } from '../../../platform/identity/applications.ts';
import { serve } from '../../../platform/request/serve.ts';
import { dynamoSweepProgress } from '../../../platform/storage/sweep-progress.ts';
import { dynamoCountedQuarters } from '../../../site-licensing/storage/quarter-counts.ts';
import { receivedManifests } from '../../statement/received-manifests.ts';
import { dynamoManifests } from '../../storage/manifests.ts';
import { viewOfStatistics } from '../../views/statistics.ts';
import { getAggregateStats } from './schema.ts';

const portFactories = {
  counted: dynamoCountedQuarters,
  manifests: dynamoManifests,
  applications: dynamoApplications,
  sweep: dynamoSweepProgress,
};

export const handler = serve(getAggregateStats, portFactories, async ({ path, query, caller, at }, ports) => {
  const { quarter } = path;
  assertBegun(quarter, at);
  const only = countedApplication(caller, query.application);
  if (only) assertRegistered(await ports.applications.findNow(caller.org, only));
  const isAsked = ({ app }: { app: string }) => only === undefined || app === only;
  // Read before the counts: what these may lack is never called complete.
  const sweptUntil = await ports.sweep.until();
  const rows = (await ports.counted.ofQuarter(caller.org, quarter)).filter(isAsked);
  const received = await receivedManifests(caller.org, quarter, isAsked, ports.manifests);
  return viewOfStatistics({ quarter, at, sweptUntil, rows, received }, query);
});
