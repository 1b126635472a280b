import type { Item } from './whole-table.ts';

/** Required action for a subject whose latest changes are missing in a restored table. */
export interface Loss {
  /** as in the table: `E#…/S#…` */
  readonly item: string;
  /** how many changes each table knows of it */
  readonly before: number;
  readonly restored: number;
  readonly advice: string;
}

const kinds: readonly { readonly keys: RegExp; readonly advice: string }[] = [
  {
    keys: /^E#[^#]+#[^#]+\/S#/,
    advice: 'its key may be a newer one than the table knows: reissue-key; then its status',
  },
  { keys: /^E#[^#]+\/K#/, advice: 'its key may be a newer one than the table knows: reissue-enterprise-key' },
  { keys: /^E#[^#]+\/#$/, advice: 'compare its status and limits; if it is gone, its sites are too' },
  { keys: /^P#[^#]+#[^#]+\/#$/, advice: 'compare its keys, status and policy' },
  { keys: /^Q#[^#]+#[^#]+\/T$/, advice: 'put this very item back: without it the quarter cannot be stated' },
  { keys: /^Q#[^#]+#[^#]+\/M#/, advice: 'the application pushes its manifest again, before the statement' },
];

/**
 * What a restored table does not know of, subject by subject: every change of a subject raises its number `seq`, so a lower number, or
 * none, means changes lost.
 * @param live as it was before, or as it stands damaged
 */
export async function restoreLosses(live: AsyncIterable<Item>, restored: AsyncIterable<Item>): Promise<Loss[]> {
  const known = await changesOf(restored);
  const latest = await changesOf(live);
  return [...latest].flatMap(([item, before]) => {
    const advice = kinds.find(({ keys }) => keys.test(item))?.advice;
    const after = known.get(item) ?? 0;
    return advice && after < before ? [{ item, before, restored: after, advice }] : [];
  });
}

async function changesOf(items: AsyncIterable<Item>): Promise<Map<string, number>> {
  const changes = new Map<string, number>();
  for await (const { pk, sk, seq } of items) if (typeof seq === 'number') changes.set(`${pk}/${sk}`, seq);
  return changes;
}
