import type { EnterpriseId } from '../../../domain/kernel/ids.ts';
import { aliasSuffix } from '../../../domain/trust/key-ring.ts';
import type { Runtime } from '../kernel/runtime.ts';
import { setting } from '../kernel/settings.ts';

/**
 * Returns the alias that binds an enterprise to a KMS key, one for each generation. A request for a link names the enterprise and the
 * generation, never a key.
 */
export function enterpriseAlias(runtime: Runtime, id: EnterpriseId, generation: number): string {
  return `alias/license-server/${setting(runtime, 'STAGE')}/enterprise/${id}${aliasSuffix(generation)}`;
}
