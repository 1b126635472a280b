import * as z from 'zod';
import { type AppId, bucketOf, type EnterpriseId, SiteId, type SiteRef } from '../../../domain/kernel/ids.ts';
import { type Reference, type Site, type SiteState, siteStates } from '../../../domain/site-licensing/site.ts';
import { absent, allOf, compare, exists } from '../../platform/storage/condition-expression.ts';
import type { Key, Table, Write } from '../../platform/storage/table.ts';

/**
 * One item for each (enterprise, application, reference): the site in each state, whether one of them was production,
 * and whether one was deleted and none was created since. One item, not one for each state, because the flag `production` must
 * outlive every state (docs/adr/0003).
 */
const slots = {
  basic: 'sBasic',
  commissioning: 'sCommissioning',
  active: 'sActive',
  proxy: 'sProxy',
} as const satisfies Record<SiteState, string>;

const ReferenceItem = z.object({
  sBasic: SiteId.optional(),
  sCommissioning: SiteId.optional(),
  sActive: SiteId.optional(),
  sProxy: SiteId.optional(),
  production: z.boolean().optional(),
  deleted: z.boolean().optional(),
});

interface ReferenceName {
  readonly enterpriseId: EnterpriseId;
  readonly app: AppId;
  readonly ref: SiteRef;
}

/** Reads a reference and its sites. A promotion does not write the reference, to save a write unit, so the modes of the sites are read too. */
export async function readReference(
  table: Table,
  findSite: (siteId: SiteId) => Promise<Site | undefined>,
  name: ReferenceName,
): Promise<Reference> {
  const item = ReferenceItem.parse((await table.get(referenceKey(name), { consistent: true })) ?? {});
  const occupied = siteStates.flatMap(state => (item[slots[state]] ? [{ state, id: item[slots[state]] }] : []));
  const found = await Promise.all(occupied.map(async ({ id }) => (id ? await findSite(id) : undefined)));
  return {
    sites: Object.fromEntries(occupied.map(({ state, id }) => [state, id])),
    wasProduction: item.production === true || found.some(site => site?.mode === 'production'),
    wasDeleted: item.deleted === true,
  };
}

/**
 * Returns the writes of a site's change to its references: it frees one slot and takes another. Deletion frees one and sets the flag
 * `deleted`, which the next taken slot removes.
 * @param isRecreated the flag as it was read for a new site: the write fails when it has changed, or the site would be miscounted
 */
export function referenceWrites(before: Site | undefined, after: Site, isRecreated = false): Write[] {
  const left = before && before.status !== 'deleted' ? before : undefined;
  const taken = after.status === 'deleted' ? undefined : after;
  if (left && taken && left.ref === taken.ref && left.state === taken.state) return [];
  if (left && taken && left.ref === taken.ref)
    return [referenceWrite(taken, { leaves: left.state, takes: taken.state })];
  return [
    ...(left ? [referenceWrite(left, { leaves: left.state, deletes: !taken })] : []),
    ...(taken ? [referenceWrite(taken, { takes: taken.state, ...(!before && { isRecreated }) })] : []),
  ];
}

interface SlotChange {
  readonly leaves?: SiteState;
  readonly takes?: SiteState;
  readonly deletes?: boolean;
  readonly isRecreated?: boolean;
}

/** Fails as a conflict when the slot is taken, or the flag `deleted` is not as it was read. */
function referenceWrite(site: Site, { leaves, takes, deletes, isRecreated }: SlotChange): Write {
  const sets = [
    ...(takes ? [`${slots[takes]} = :site`] : []),
    ...(site.mode === 'production' ? ['production = :true'] : []),
    ...(deletes ? ['deleted = :true'] : []),
  ];
  const removes = [...(leaves ? [slots[leaves]] : []), ...(takes ? ['deleted'] : [])];
  const conditions = [
    ...(takes ? [absent(slots[takes])] : []),
    ...(takes && site.mode === 'dev' ? [absent('production')] : []),
    ...(leaves ? [compare(slots[leaves], '=', ':site')] : []),
    ...(isRecreated === undefined ? [] : [isRecreated ? exists('deleted') : absent('deleted')]),
  ];
  return {
    update: referenceKey({ enterpriseId: site.enterprise, app: site.app, ref: site.ref }),
    expression: [
      ...(sets.length > 0 ? [`SET ${sets.join(', ')}`] : []),
      ...(removes.length > 0 ? [`REMOVE ${removes.join(', ')}`] : []),
    ].join(' '),
    values: { ':site': site.id, ...((site.mode === 'production' || deletes) && { ':true': true }) },
    onlyIf: { expression: allOf(...conditions) },
  };
}

export function referenceKey({ enterpriseId, app, ref }: ReferenceName): Key {
  return { pk: `E#${enterpriseId}#${bucketOf(`${app} ${ref}`)}`, sk: `R#${app}#${ref}` };
}
