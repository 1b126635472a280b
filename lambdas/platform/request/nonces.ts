import { createHash } from 'node:crypto';
import type { Caller } from '../../../domain/identity/policy.ts';
import type { Seconds } from '../../../domain/kernel/time.ts';
import { minute } from '../../../domain/kernel/time.ts';
import { perRuntime } from '../kernel/per-runtime.ts';
import type { Runtime } from '../kernel/runtime.ts';
import { absent } from '../storage/condition-expression.ts';
import { ConditionFailedError, type Key, table } from '../storage/table.ts';

/** Detects replays of requests whose answer has a key. */
export interface Nonces {
  /** @returns false when this nonce was used before */
  use(caller: Caller, nonce: string, now: Seconds): Promise<boolean>;
}

/** Longer than any signature is accepted: 300 s window and 60 s skew. */
const lifetimeSeconds = 10 * minute;

export const dynamoNonces = perRuntime(
  (runtime: Runtime): Nonces => ({
    async use(caller, nonce, now) {
      try {
        await table(runtime).commit([
          {
            put: { ...nonceKey(caller, nonce), ttl: now + lifetimeSeconds },
            onlyIf: { expression: absent('pk') },
          },
        ]);
        return true;
      } catch (error) {
        if (error instanceof ConditionFailedError) return false;
        throw error;
      }
    },
  }),
);

export function nonceKey({ org, app, keyid }: Pick<Caller, 'org' | 'app' | 'keyid'>, nonce: string): Key {
  const hash = createHash('sha256').update(`nonce ${keyid} ${nonce}`).digest('base64url');
  return { pk: `I#${org}#${app}#${hash}`, sk: '#' };
}
