import { assertConsistent, compareManifest, mismatchesOf } from '../../../../domain/billing/manifest-rules.ts';
import { assertFinished } from '../../../../domain/kernel/quarter.ts';
import { mapInBatches } from '../../../platform/background/map-in-batches.ts';
import { dynamoAlerts } from '../../../platform/changes/raise-alerts.ts';
import { serve } from '../../../platform/request/serve.ts';
import { dynamoSweepProgress } from '../../../platform/storage/sweep-progress.ts';
import { namedEnterprises } from '../../../site-licensing/enterprises/named-enterprises.ts';
import { dynamoEnterprises } from '../../../site-licensing/storage/enterprises.ts';
import { dynamoCounts } from '../../../site-licensing/storage/quarter-counts.ts';
import { dynamoManifests } from '../../storage/manifests.ts';
import { manifestAnswerOf } from '../../views/statistics.ts';
import { submitManifest } from './schema.ts';

const portFactories = {
  manifests: dynamoManifests,
  counts: dynamoCounts,
  enterprises: dynamoEnterprises,
  alerts: dynamoAlerts,
  sweep: dynamoSweepProgress,
};

/** Stores the body first, then records it: a body without a record is ignored. */
export const handler = serve(submitManifest, portFactories, async ({ path, body, caller, at, change }, ports) => {
  const of = { org: caller.org, quarter: path.quarter, app: caller.app };
  assertFinished(of.quarter, at);
  assertConsistent(body);
  await ports.manifests.assertOpen(of.org, of.quarter);
  const { applicationAdmins: admins, ...counts } = body;
  const named = await namedEnterprises(caller, counts.perEnterprise, '#/body/perEnterprise', ports.enterprises);
  const sweptUntil = await ports.sweep.until();
  const own = (await ports.counts.quarter(of.org, of.quarter)).filter(({ app }) => app === of.app);
  const compared = compareManifest(of, counts, own, named);
  await mapInBatches(compared.seatAlerts, async alert => await ports.alerts.raise(alert, at));
  const before = await ports.manifests.find(of.org, of.quarter, of.app);
  const stored = await ports.manifests.keep({ ...of, revision: (before?.revision ?? 0) + 1, counts, admins });
  const answer = manifestAnswerOf(stored, at, sweptUntil, compared);
  const alerts = mismatchesOf(compared, of.quarter, sweptUntil);
  await ports.manifests.record(before, stored, { ...change, alerts, outcome: { answer } });
  return answer;
});
