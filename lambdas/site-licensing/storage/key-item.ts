import * as z from 'zod';
import { mode } from '../../../domain/chain/levels.ts';
import { AppId, Jti } from '../../../domain/kernel/ids.ts';
import type { RecordedKey } from '../../../domain/site-licensing/recorded-key.ts';

/** A recorded key as part of an item. Names are short, since a site's item must stay within 1,024 bytes. */
export const KeyItem = z.object({
  g: z.int(),
  jti: Jti,
  iat: z.int(),
  exp: z.int(),
  link: z.string(),
  sig: z.instanceof(Uint8Array).transform(bytes => new Uint8Array(bytes)),
  op: z.string(),
  by: AppId,
  idem: z.string(),
  old: Jti.optional(),
  mode: mode.optional(),
  phase: z.int().optional(),
});

export function toKeyItem({
  generation,
  jti,
  issuedAt,
  expiresAt,
  link,
  encryptedSignature,
  request,
  lastNotified,
}: RecordedKey): z.infer<typeof KeyItem> {
  const { operation, app, idempotencyHash, presented, mode } = request;
  return {
    g: generation,
    jti,
    iat: issuedAt,
    exp: expiresAt,
    link,
    sig: encryptedSignature,
    op: operation,
    by: app,
    idem: idempotencyHash,
    old: presented,
    mode,
    phase: lastNotified,
  };
}

export function fromKeyItem(item: z.infer<typeof KeyItem>): RecordedKey {
  const {
    g: generation,
    jti,
    iat: issuedAt,
    exp: expiresAt,
    link,
    sig: encryptedSignature,
    op: operation,
    by: app,
    idem: idempotencyHash,
    old: presented,
    mode,
    phase: lastNotified,
  } = item;
  return {
    generation,
    jti,
    issuedAt,
    expiresAt,
    link,
    encryptedSignature,
    request: { operation, app, idempotencyHash, presented, mode },
    lastNotified,
  };
}
