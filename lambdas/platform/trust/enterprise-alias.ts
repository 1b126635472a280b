import type { EnterpriseId } from '../../../domain/kernel/ids.ts';
import { aliasSuffix } from '../../../domain/trust/key-ring.ts';
import type { Runtime } from '../kernel/runtime.ts';
import { setting } from '../kernel/settings.ts';

/**
 * The alias binds an enterprise to its KMS keys, one for each generation: whoever asks for a link names the enterprise and the number,
 * never a key.
 */
export function enterpriseAlias(runtime: Runtime, id: EnterpriseId, generation: number): string {
  return `alias/license-server/${setting(runtime, 'STAGE')}/enterprise/${id}${aliasSuffix(generation)}`;
}
