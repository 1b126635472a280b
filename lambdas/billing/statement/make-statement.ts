import { sumFigures } from '../../../domain/billing/statement/figures.ts';
import {
  decideStatement,
  lostStatement,
  type QuarterRecord,
  quartersBefore,
  type RecordedStatement,
  type StatementToMake,
} from '../../../domain/billing/statement/recorded-statement.ts';
import type { PastQuarter } from '../../../domain/billing/statement/statement.ts';
import { filesOf } from '../../../domain/billing/statement/statement-files.ts';
import { statementOf } from '../../../domain/billing/statement/statement-of.ts';
import { assertAddsUp } from '../../../domain/billing/statement/statement-sums.ts';
import type { EnterpriseId, OrgId } from '../../../domain/kernel/ids.ts';
import type { Quarter } from '../../../domain/kernel/time.ts';
import type { EnterpriseCount } from '../../../domain/site-licensing/tally.ts';
import { mapInBatches } from '../../platform/background/map-in-batches.ts';
import type { Change } from '../../platform/changes/change.ts';
import { countStatement } from '../../platform/kernel/telemetry.ts';
import { ConflictError } from '../../platform/storage/conflict-error.ts';
import { type MadeStatement, publishStatement } from './publish-statement.ts';
import { receivedManifests } from './received-manifests.ts';
import type { StatementPorts } from './statement-ports.ts';

/**
 * Creates the statement of a quarter, or publishes the recorded one again: drafts first, then the signature, then the record, and
 * only then the files for finance. A concurrent run, or a repeat after a crash, publishes what was recorded.
 * @throws quarter-running; quarter-not-swept; conflict when a published statement is not recorded; ConflictError when another statement
 * or a manifest was recorded meanwhile
 */
export async function makeStatement(
  ports: StatementPorts,
  org: OrgId,
  quarter: Quarter,
  change: Change,
): Promise<MadeStatement> {
  const record = await ports.statements.find(org, quarter);
  const step = decideStatement(record, await ports.sweep.until(), change.at);
  const recorded = 'publish' in step ? step.publish : await recordStatement(ports, record, step.make, change);
  return await publishStatement(ports, recorded, change);
}

async function recordStatement(
  ports: StatementPorts,
  record: QuarterRecord,
  { revision, reason, sweptUntil }: StatementToMake,
  change: Change,
): Promise<RecordedStatement> {
  const { org, quarter } = record;
  await assertNotPublished(ports, { org, quarter, revision });
  const createdAt = change.at;
  const { root, sign } = await ports.signer.under(org);
  const facts = await factsOf(ports, org, quarter);
  const statement = assertAddsUp(
    statementOf({ ...facts, org, quarter, revision, reason, createdAt, sweptUntil, root }),
  );
  const files = await ports.files.keep(org, quarter, await filesOf(statement));
  const jws = await sign({ quarter, revision, rules: statement.rules.version, files });
  const billed = statement.billed.productionSites;
  const after = {
    org,
    quarter,
    state: 'stated',
    revision,
    reason,
    createdAt,
    files,
    jws,
    billed,
    isAnnounced: false,
  } as const;
  await ports.statements.record(record, after, change);
  countStatement('StatementsMade', org, quarter);
  return after;
}

/**
 * Checks that a revision was not published before: a restored table may have lost its record.
 * @throws ConflictError when it was recorded meanwhile; conflict when it is published but not recorded
 */
async function assertNotPublished(
  { files, statements }: StatementPorts,
  of: Pick<RecordedStatement, 'org' | 'quarter' | 'revision'>,
): Promise<void> {
  if (!(await files.isPublished(of))) return;
  const { statement } = await statements.find(of.org, of.quarter);
  throw statement && statement.revision >= of.revision ? new ConflictError() : lostStatement(of);
}

async function factsOf(ports: StatementPorts, org: OrgId, quarter: Quarter) {
  const manifests = await receivedManifests(org, quarter, () => true, ports.manifests);
  const counts = await ports.counts.quarter(org, quarter);
  const named = manifests.flatMap(({ manifest }) => manifest.perEnterprise.map(({ enterpriseId }) => enterpriseId));
  const limits = await limitsOf(ports, new Set([...counts.map(({ enterprise }) => enterprise), ...named]));
  return { manifests, counts, limits, before: await before(ports, org, quarter, counts) };
}

/** Returns the limits of the enterprises that exist; a manifest may name others. */
async function limitsOf(
  { enterprises }: StatementPorts,
  ids: ReadonlySet<EnterpriseId>,
): Promise<Map<EnterpriseId, number>> {
  const found = await mapInBatches([...ids], async id => await enterprises.findNow(id));
  return new Map(found.flatMap(each => (each ? [[each.id, each.limits.configurationUsers]] : [])));
}

/** Returns earlier quarters until the first empty one. The closing counts of each are the opening counts of the next. */
async function before(
  { counts }: StatementPorts,
  org: OrgId,
  quarter: Quarter,
  own: readonly EnterpriseCount[],
): Promise<PastQuarter[]> {
  const found: PastQuarter[] = [];
  let following = own;
  for (const past of quartersBefore(quarter)) {
    const { production, dev, proxy, ...others } = sumFigures(following).opening;
    if (production + dev + proxy + others.dormant + others.enterpriseKeys === 0) break;
    found.unshift({ quarter: past, production, dev, proxy });
    following = await counts.quarter(org, past);
  }
  return found;
}
