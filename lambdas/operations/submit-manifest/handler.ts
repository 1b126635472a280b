import { assertConsistent, compareManifest, mismatchesOf } from '../../../domain/manifest-rules.ts';
import { assertFinished } from '../../../domain/quarter.ts';
import { dynamoAlerts } from '../../adapters/alerts.ts';
import { dynamoEnterprises } from '../../adapters/enterprises.ts';
import { dynamoManifests } from '../../adapters/manifests.ts';
import { dynamoCounts } from '../../adapters/quarter-counts.ts';
import { dynamoSweepProgress } from '../../adapters/sweep-progress.ts';
import { inHandfuls } from '../../pipeline/handfuls.ts';
import { namedEnterprises } from '../../pipeline/named-enterprises.ts';
import { serve } from '../../pipeline/serve.ts';
import { manifestAnswerOf } from '../../pipeline/views-of-statistics.ts';
import { submitManifest } from './schema.ts';

const needs = {
  manifests: dynamoManifests,
  counts: dynamoCounts,
  enterprises: dynamoEnterprises,
  alerts: dynamoAlerts,
  sweep: dynamoSweepProgress,
};

/** The body is put away first, then recorded: a body that nobody has recorded is nobody's manifest. */
export const handler = serve(submitManifest, needs, async ({ path, body, caller, at, change }, ports) => {
  const of = { org: caller.org, quarter: path.quarter, app: caller.app };
  assertFinished(of.quarter, at);
  assertConsistent(body);
  await ports.manifests.assertOpen(of.org, of.quarter);
  const { applicationAdmins: admins, ...counts } = body;
  const named = await namedEnterprises(caller, counts.perEnterprise, '#/body/perEnterprise', ports.enterprises);
  const sweptUntil = await ports.sweep.until();
  const own = (await ports.counts.quarter(of.org, of.quarter)).filter(({ app }) => app === of.app);
  const compared = compareManifest(of, counts, own, named);
  await inHandfuls(compared.seatAlerts, async alert => await ports.alerts.raise(alert, at));
  const before = await ports.manifests.find(of.org, of.quarter, of.app);
  const stored = await ports.manifests.keep({ ...of, revision: (before?.revision ?? 0) + 1, counts, admins });
  const answer = manifestAnswerOf(stored, at, sweptUntil, compared);
  const alerts = mismatchesOf(compared, of.quarter, sweptUntil);
  await ports.manifests.record(before, stored, { ...change, alerts, outcome: { answer } });
  return answer;
});
