import * as z from 'zod';

/** The operations that give a first key, or another one for a lost one. */
export const sources = ['create-site', 'create-enterprise', 'reissue-key', 'reissue-enterprise-key'] as const;
export type Source = (typeof sources)[number];

const mode = z.literal('production');

/** A key is asked for: the same request again gets the same key. */
const Asking = z.strictObject({
  obtain: z.strictObject({ operation: z.enum(sources), input: z.record(z.string(), z.unknown()) }),
  nextIdempotencyKey: z.string(),
  /** what a reissue replaces: it counts until the new one is there */
  key: z.string().optional(),
});

const Held = z.strictObject({
  key: z.string(),
  /** of the next refresh: chosen before it begins, the same until it is answered */
  nextIdempotencyKey: z.string().optional(),
  /** present once the refresh may be on its way */
  refreshing: z.strictObject({ mode: mode.optional() }).optional(),
});

const Nothing = z.strictObject({});

/** All that must outlive a crash to end with the one right key. */
export const KeyRecord = z.union([Asking, Held, Nothing]);
export type KeyRecord = Asking | Held | Record<string, never>;
export type Asking = z.infer<typeof Asking>;
export type Held = z.infer<typeof Held>;

export function isHeld(record: KeyRecord): record is Held {
  return 'key' in record && !isAsking(record);
}

export function isAsking(record: KeyRecord): record is Asking {
  return 'obtain' in record;
}

/** @returns the key that counts now, if there is one */
export function keyOf(record: KeyRecord): string | undefined {
  return isHeld(record) || isAsking(record) ? record.key : undefined;
}
