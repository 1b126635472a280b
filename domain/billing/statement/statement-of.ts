import type { PublicJwk } from '../../chain/levels.ts';
import type { EnterpriseId, OrgId } from '../../kernel/ids.ts';
import { isoTime, type Quarter, quarterBegins, quarterEnds, type Seconds } from '../../kernel/time.ts';
import { countingRules, isServed } from '../../site-licensing/counting.ts';
import type { EnterpriseCount } from '../../site-licensing/tally.ts';
import { type ReceivedManifest, usersOf } from '../aggregate.ts';
import { billedSites } from './billing.ts';
import { noFigures, sumFigures } from './figures.ts';
import { seatsExceededIn } from './seats.ts';
import { statedDifferences } from './stated-differences.ts';
import {
  type ApplicationFigures,
  billedMeaning,
  type EnterpriseFigures,
  type ManifestSummary,
  type PastQuarter,
  type Reason,
  type Statement,
} from './statement.ts';

/** The latest manifest of an application, and the digest of its body. */
export interface StatedManifest extends ReceivedManifest {
  readonly sha256: string;
}

/** All that a statement is made from. */
export interface StatementFacts {
  readonly org: OrgId;
  readonly quarter: Quarter;
  readonly revision: number;
  readonly reason?: Reason | undefined;
  readonly createdAt: Seconds;
  /** every fact before this moment is booked */
  readonly sweptUntil: Seconds;
  readonly root: PublicJwk;
  readonly counts: readonly EnterpriseCount[];
  readonly manifests: readonly StatedManifest[];
  /** how many users of each enterprise may configure */
  readonly limits: ReadonlyMap<EnterpriseId, number>;
  /** the quarters before, oldest first */
  readonly before: readonly PastQuarter[];
}

/** Returns the statement of a quarter: the server's counts, which are billed, and the manifests. The same facts give the same statement. */
export function statementOf(facts: StatementFacts): Statement {
  const { org, quarter, revision, reason, createdAt, sweptUntil, root } = facts;
  const enterprises = enterprisesOf(facts);
  const applications = applicationsOf(facts, enterprises);
  const totals = sumFigures(enterprises);
  const { production, dev, proxy } = totals.closing;
  return {
    format: 'license-server-statement/2',
    org,
    quarter,
    revision,
    ...(reason && { reason }),
    from: isoTime(quarterBegins(quarter)),
    to: isoTime(quarterEnds(quarter)),
    createdAt: isoTime(createdAt),
    sweptUntil: isoTime(sweptUntil),
    rules: countingRules,
    root,
    billed: { productionSites: billedSites(countingRules.version, totals.closing) ?? 0, meaning: billedMeaning },
    totals,
    applications,
    enterprises,
    differences: statedDifferences(applications, enterprises),
    seatsExceeded: enterprises.flatMap(seatsExceededIn),
    history: [...facts.before, { quarter, production, dev, proxy }],
  };
}

/** Returns every enterprise that the server or a manifest names, for each application, in order. */
function enterprisesOf({ counts, manifests, limits }: StatementFacts): EnterpriseFigures[] {
  const rows = new Map<string, EnterpriseFigures>();
  for (const { enterprise, app, ...figures } of counts)
    rows.set(`${enterprise} ${app}`, { enterpriseId: enterprise, application: app, ...figures });
  for (const { app, manifest: whole } of manifests)
    for (const { enterpriseId, ...manifest } of whole.perEnterprise) {
      const row = rows.get(`${enterpriseId} ${app}`) ?? { enterpriseId, application: app, ...noFigures };
      rows.set(`${enterpriseId} ${app}`, { ...row, manifest });
    }
  return [...rows]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, row]) => {
      const limit = limits.get(row.enterpriseId);
      return limit === undefined ? row : { ...row, configurationUsersLimit: limit };
    });
}

function applicationsOf(
  { manifests }: StatementFacts,
  enterprises: readonly EnterpriseFigures[],
): ApplicationFigures[] {
  const names = new Set([...enterprises.map(({ application }) => application), ...manifests.map(({ app }) => app)]);
  return [...names].sort().map(application => {
    const mine = enterprises.filter(row => row.application === application);
    const received = manifests.find(({ app }) => app === application);
    return {
      application,
      enterprises: mine.filter(({ closing }) => isServed(closing)).length,
      ...sumFigures(mine),
      manifest: received ? summaryOf(received) : { missing: true },
    };
  });
}

function summaryOf({ revision, receivedAt, sha256, manifest }: StatedManifest): ManifestSummary {
  const { sites, enterprises, adminCommitments } = manifest;
  const users = usersOf(manifest);
  return { revision, receivedAt: isoTime(receivedAt), sha256, sites, enterprises, users, adminCommitments };
}
