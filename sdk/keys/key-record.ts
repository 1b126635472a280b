import * as z from 'zod';

/** Operations that issue a first key, or reissue a lost one. */
export const keySources = ['create-site', 'create-enterprise', 'reissue-key', 'reissue-enterprise-key'] as const;
export type KeySource = (typeof keySources)[number];

const mode = z.literal('production');

/** Record of a requested key: repeating the same request returns the same key. */
const RequestedRecord = z.strictObject({
  obtain: z.strictObject({ operation: z.enum(keySources), input: z.record(z.string(), z.unknown()) }),
  nextIdempotencyKey: z.string(),
  /** Key that a reissue replaces; valid until the new one is stored. */
  key: z.string().optional(),
});

const HeldRecord = z.strictObject({
  key: z.string(),
  /** Idempotency-Key of the next refresh; unchanged until it is answered. */
  nextIdempotencyKey: z.string().optional(),
  /** Present once the refresh may have been sent. */
  refreshing: z.strictObject({ mode: mode.optional() }).optional(),
});

const Nothing = z.strictObject({});

/** State of a key that must survive a crash, so that a restart obtains exactly one valid key. */
export const KeyRecord = z.union([RequestedRecord, HeldRecord, Nothing]);
export type KeyRecord = RequestedRecord | HeldRecord | Record<string, never>;
export type RequestedRecord = z.infer<typeof RequestedRecord>;
export type HeldRecord = z.infer<typeof HeldRecord>;

export function isHeld(record: KeyRecord): record is HeldRecord {
  return 'key' in record && !isRequested(record);
}

export function isRequested(record: KeyRecord): record is RequestedRecord {
  return 'obtain' in record;
}

/** Returns the current key of a record, if there is one. */
export function keyOf(record: KeyRecord): string | undefined {
  return isHeld(record) || isRequested(record) ? record.key : undefined;
}
