import type { EnterpriseId } from '../kernel/ids.ts';
import { isServed } from '../site-licensing/counting.ts';
import type { EnterpriseCount, Tally } from '../site-licensing/tally.ts';
import type { ManifestCounts } from './manifest.ts';

const siteKinds = ['production', 'dev', 'proxy'] as const;
export const differenceKinds = [...siteKinds, 'enterprises'] as const;

/** A number of a manifest that differs from the server's. */
export interface Difference {
  readonly kind: (typeof differenceKinds)[number];
  /** absent for a total of the application */
  readonly enterprise?: EnterpriseId | undefined;
  /** absent when the manifest does not name the enterprise: absent is not zero */
  readonly manifest?: number | undefined;
  readonly server: number;
}

/** Returns the differences between a manifest and the server's counts of one application: of the totals first, then of each enterprise. */
export function differencesOf(manifest: ManifestCounts, counts: readonly EnterpriseCount[]): Difference[] {
  return [...differencesOfTotals(manifest, counts), ...differencesOfEnterprises(manifest, counts)];
}

export function differencesOfTotals(
  { sites, enterprises }: ManifestCounts,
  counts: readonly EnterpriseCount[],
): Difference[] {
  const server = (kind: (typeof siteKinds)[number]) => counts.reduce((sum, { closing }) => sum + closing[kind], 0);
  const served = counts.filter(({ closing }) => isServed(closing)).length;
  return unlike([
    ...siteKinds.map(kind => ({ kind, manifest: sites[kind], server: server(kind) })),
    { kind: 'enterprises', manifest: enterprises, server: served },
  ]);
}

export function differencesOfEnterprises(
  { perEnterprise }: Pick<ManifestCounts, 'perEnterprise'>,
  counts: readonly EnterpriseCount[],
): Difference[] {
  const stated = new Map(perEnterprise.map(part => [part.enterpriseId, part]));
  const counted = new Map(counts.map(({ enterprise, closing }): [EnterpriseId, Tally] => [enterprise, closing]));
  const all = [...new Set([...stated.keys(), ...counted.keys()])].sort();
  return all.flatMap(enterprise =>
    unlike(
      siteKinds.map(kind => ({
        kind,
        enterprise,
        manifest: stated.get(enterprise)?.[kind],
        server: counted.get(enterprise)?.[kind] ?? 0,
      })),
    ),
  );
}

/** Keeps the lines that differ. A manifest may omit an enterprise without sites. */
function unlike(lines: readonly Difference[]): Difference[] {
  return lines.filter(({ manifest = 0, server }) => manifest !== server);
}
