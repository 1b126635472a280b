import type { Mode } from '../chain/levels.ts';
import type { AppId, Jti } from '../kernel/ids.ts';
import type { Seconds } from '../kernel/time.ts';

/** The request that a key was issued for: the same request again gets the same key (docs/rules.md 3.6). */
export interface KeyRequest {
  readonly operation: string;
  readonly app: AppId;
  /** SHA-256 of the Idempotency-Key */
  readonly idempotencyHash: string;
  /** of the key that was presented for a refresh */
  readonly presented?: Jti | undefined;
  /** as requested, before any default */
  readonly mode?: Mode | undefined;
}

/** The recorded key of a site or an enterprise: live if and only if its `jti` is this one. */
export interface RecordedKey {
  readonly generation: number;
  readonly jti: Jti;
  readonly issuedAt: Seconds;
  readonly expiresAt: Seconds;
  /** id of the link that it was issued under */
  readonly link: string;
  /** the encrypted signature: only the holder of the Idempotency-Key can get the key again */
  readonly encryptedSignature: Uint8Array<ArrayBuffer>;
  readonly request: KeyRequest;
  /** rank of the last expiry phase whose alert was raised; undefined for a new key */
  readonly lastNotified?: number | undefined;
}
