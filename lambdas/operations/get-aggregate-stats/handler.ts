import { assertRegistered } from '../../../domain/application.ts';
import { countedApplication } from '../../../domain/policy.ts';
import { assertBegun } from '../../../domain/quarter.ts';
import { dynamoApplications } from '../../adapters/applications.ts';
import { dynamoManifests } from '../../adapters/manifests.ts';
import { dynamoCountedQuarters } from '../../adapters/quarter-counts.ts';
import { dynamoSweepProgress } from '../../adapters/sweep-progress.ts';
import { receivedManifests } from '../../pipeline/received-manifests.ts';
import { serve } from '../../pipeline/serve.ts';
import { viewOfStatistics } from '../../pipeline/views-of-statistics.ts';
import { getAggregateStats } from './schema.ts';

const needs = {
  counted: dynamoCountedQuarters,
  manifests: dynamoManifests,
  applications: dynamoApplications,
  sweep: dynamoSweepProgress,
};

export const handler = serve(getAggregateStats, needs, async ({ path, query, caller, at }, ports) => {
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
