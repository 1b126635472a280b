import type { StatedManifest } from '../../../domain/billing/statement/statement-of.ts';
import type { AppId, OrgId } from '../../../domain/kernel/ids.ts';
import type { Quarter } from '../../../domain/kernel/time.ts';
import { mapInBatches } from '../../platform/background/map-in-batches.ts';
import type { Manifests } from '../storage/manifests.ts';

/** Returns the latest manifest of every requested application, with its body. */
export async function receivedManifests(
  org: OrgId,
  quarter: Quarter,
  isAsked: (recorded: { readonly app: AppId }) => boolean,
  manifests: Manifests,
): Promise<StatedManifest[]> {
  const recorded = (await manifests.ofQuarter(org, quarter)).filter(isAsked);
  return await mapInBatches(recorded, async ({ app, revision, receivedAt, sha256 }) => {
    return { app, revision, receivedAt, sha256, manifest: await manifests.read(org, quarter, app, revision) };
  });
}
