import type { EnterpriseId } from '../../domain/ids.ts';
import { aliasSuffix } from '../../domain/key-ring.ts';
import { setting } from '../environment.ts';
import type { Runtime } from '../runtime.ts';

/**
 * The alias binds an enterprise to its KMS keys, one for each generation: whoever asks for a link names the enterprise and the number,
 * never a key.
 */
export function enterpriseAlias(runtime: Runtime, id: EnterpriseId, generation: number): string {
  return `alias/license-server/${setting(runtime, 'STAGE')}/enterprise/${id}${aliasSuffix(generation)}`;
}
