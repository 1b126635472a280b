import type { Runtime } from '../../platform/kernel/runtime.ts';
import { setting } from '../../platform/kernel/settings.ts';
import { signingKeyStatements } from '../../platform/kernel/signing-key-policy.ts';

/**
 * Returns the policy of an enterprise's key. It is attached once, when the key is created, and outlives every role: a new signing
 * function, or a role that is created again, needs no change of it.
 */
export function enterpriseKeyPolicy(runtime: Runtime): string {
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: signingKeyStatements({
      account: setting(runtime, 'ENTERPRISE_KEY_ADMINS'),
      signers: setting(runtime, 'ENTERPRISE_KEY_SIGNERS'),
      roles: setting(runtime, 'ENTERPRISE_KEY_ROLES'),
    }),
  });
}
