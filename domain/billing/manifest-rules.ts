import type { Alert } from '../alerts/alert.ts';
import { type AppId, type EnterpriseId, type OrgId, subjectOf } from '../kernel/ids.ts';
import { type FieldError, Refusal } from '../kernel/refusal.ts';
import type { Quarter, Seconds } from '../kernel/time.ts';
import { isSwept } from '../site-licensing/booking.ts';
import type { Enterprise } from '../site-licensing/enterprise.ts';
import type { EnterpriseCount } from '../site-licensing/tally.ts';
import { type Difference, differencesOf } from './differences.ts';
import type { Manifest, ManifestCounts } from './manifest.ts';
import { emailName } from './person.ts';

const maxErrors = 20;

/**
 * Refuses an inconsistent manifest only: parts that exceed their total, and duplicate entries. Numbers that differ from the server's
 * count are accepted, and alerted. @throws invalid-request with pointers
 */
export function assertConsistent(manifest: Manifest): void {
  const errors = [
    ...partsBeyondWhole(manifest),
    ...duplicates(manifest.perEnterprise.map(({ enterpriseId }) => enterpriseId)).map(at => ({
      pointer: `#/body/perEnterprise/${at}/enterpriseId`,
      detail: 'must not occur twice',
    })),
    ...duplicates(manifest.applicationAdmins.map(({ email }) => emailName(email))).map(at => ({
      pointer: `#/body/applicationAdmins/${at}/email`,
      detail: 'must not occur twice',
    })),
  ];
  if (errors.length > 0)
    throw new Refusal(
      'invalid-request',
      'The manifest is inconsistent. See `errors` for each field.',
      errors.slice(0, maxErrors),
    );
}

function partsBeyondWhole({ sites, enterprises, perEnterprise }: ManifestCounts): FieldError[] {
  const kinds = ['production', 'dev', 'proxy'] as const;
  const beyond = kinds.filter(kind => perEnterprise.reduce((sum, part) => sum + part[kind], 0) > sites[kind]);
  return [
    ...beyond.map(kind => ({ pointer: `#/body/sites/${kind}`, detail: 'must be at least the sum over perEnterprise' })),
    ...(perEnterprise.length > enterprises
      ? [{ pointer: '#/body/enterprises', detail: 'must be at least the number of entries of perEnterprise' }]
      : []),
  ];
}

/** Returns the indexes of names that occurred before. */
function duplicates(names: readonly string[]): number[] {
  const seen = new Set<string>();
  return names.flatMap((name, at) => (seen.size === seen.add(name).size ? [at] : []));
}

/** An enterprise with more users who may configure than its contract allows. */
export interface SeatsExceeded {
  readonly enterprise: EnterpriseId;
  readonly configurationUsers: number;
  readonly limit: number;
}

/** A manifest compared with the server's counts. */
export interface ComparedManifest {
  readonly differences: readonly Difference[];
  readonly exceeded: readonly SeatsExceeded[];
  /** one for each enterprise that exceeds its limit */
  readonly seatAlerts: readonly Alert[];
  /** one however many numbers differ: get-aggregate-stats has them all */
  readonly mismatchAlerts: readonly Alert[];
}

/** @param counts of the application, over the quarter @param named the enterprises that the manifest names */
export function compareManifest(
  { org, quarter, app }: { readonly org: OrgId; readonly quarter: Quarter; readonly app: AppId },
  manifest: ManifestCounts,
  counts: readonly EnterpriseCount[],
  named: readonly Enterprise[],
): ComparedManifest {
  const differences = differencesOf(manifest, counts);
  const exceeded = seatsExceeded(manifest, named);
  const seatAlerts = exceeded.map(({ enterprise }): Alert => {
    return { org, reason: 'seat-limit-exceeded', subject: subjectOf.enterprise(enterprise), detail: quarter };
  });
  const mismatch: Alert = {
    org,
    reason: 'count-mismatch',
    subject: subjectOf.application(org, app),
    detail: quarter,
  };
  return { differences, exceeded, seatAlerts, mismatchAlerts: differences.length > 0 ? [mismatch] : [] };
}

function seatsExceeded({ perEnterprise }: ManifestCounts, named: readonly Enterprise[]): SeatsExceeded[] {
  const limits = new Map(named.map(({ id, limits }) => [id, limits.configurationUsers]));
  return perEnterprise.flatMap(({ enterpriseId: enterprise, configurationUsers }) => {
    const limit = limits.get(enterprise);
    return limit !== undefined && configurationUsers > limit ? [{ enterprise, configurationUsers, limit }] : [];
  });
}

/**
 * Returns the alerts of a push whose numbers are not the server's. While the server's own are not complete there are none: the statement
 * compares again.
 */
export function mismatchesOf(
  { mismatchAlerts }: ComparedManifest,
  quarter: Quarter,
  sweptUntil: Seconds | undefined,
): readonly Alert[] {
  return isSwept(quarter, sweptUntil) ? mismatchAlerts : [];
}
