import type { Caller } from '../../../domain/identity/policy.ts';
import { seesEnterprise } from '../../../domain/identity/visibility.ts';
import { type EnterpriseId, orgOf } from '../../../domain/kernel/ids.ts';
import { notFound } from '../../../domain/kernel/refusal.ts';
import type { Enterprise } from '../../../domain/site-licensing/enterprise.ts';
import { mapInBatches } from '../../platform/background/map-in-batches.ts';
import type { Enterprises } from '../storage/enterprises.ts';

const maxErrors = 20;

/**
 * Returns the enterprises that a list in a body names. Those of another Org are not read.
 * @param pointer to the list
 * @throws not-found, with a pointer to each that does not exist or is not visible to the caller
 */
export async function namedEnterprises(
  caller: Caller,
  list: readonly { readonly enterpriseId: EnterpriseId }[],
  pointer: string,
  enterprises: Enterprises,
): Promise<Enterprise[]> {
  const found = await mapInBatches(list, async ({ enterpriseId: id }) => {
    const enterprise = orgOf(id) === caller.org ? await enterprises.find(id) : undefined;
    return enterprise && seesEnterprise(caller, enterprise) ? enterprise : undefined;
  });
  const errors = found.flatMap((enterprise, index) =>
    enterprise
      ? []
      : [{ pointer: `${pointer}/${index}/enterpriseId`, detail: 'does not exist, or is not visible to this caller' }],
  );
  if (errors.length > 0) throw notFound('enterprise', errors.slice(0, maxErrors));
  return found.filter(enterprise => enterprise !== undefined);
}
