import type { EnterpriseId } from '../../domain/ids.ts';
import { setting } from '../environment.ts';
import type { Runtime } from '../runtime.ts';

/** The alias binds an enterprise to its KMS key: whoever asks for a link names the enterprise, never a key. */
export function enterpriseAlias(runtime: Runtime, id: EnterpriseId): string {
  return `alias/license-server/${setting(runtime, 'STAGE')}/enterprise/${id}`;
}
