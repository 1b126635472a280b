import type { Operation } from '../../lambdas/platform/area.ts';
import type { Grants } from '../../lambdas/platform/kernel/grants.ts';
import type { StageSettings } from '../stages.ts';
import type { KmsQuotas, RequestRate, ThrottlingSettings } from '../traffic-settings.ts';

type Operations = Readonly<Record<string, Operation>>;

/** The request quotas of AWS KMS in a new account, "(ECC) request rate" and CreateKey (AWS KMS developer guide, "Request quotas"). */
export const defaultKmsQuotas: KmsQuotas = { signatures: 1_000, createdKeys: 5 };

/** Share of a quota for the methods, in percent; schedules, CloudFormation and retries use the remainder. */
const usablePercent = 90;

/** Maximum use of each quota by one request of an operation. */
const uses = {
  signatures: ({ signsAsEnterprise, invokes = [] }: Grants) => (signsAsEnterprise ? 1 : 0) + invokes.length,
  createdKeys: ({ makesEnterpriseKeys }: Grants) => (makesEnterpriseKeys ? 1 : 0),
} as const satisfies Record<keyof KmsQuotas, (grants: Grants) => number>;

const quotas = ['signatures', 'createdKeys'] as const;

/** Returns the limit of a method, or undefined where the limit of the stage is enough, since it uses no quota of AWS KMS. */
export function throttleOf(
  { grants }: Operation,
  { signing, creatingKeys }: ThrottlingSettings,
): RequestRate | undefined {
  if (uses.createdKeys(grants) > 0) return creatingKeys;
  return uses.signatures(grants) > 0 ? signing : undefined;
}

/** Returns a sentence for each quota of AWS KMS that the methods of a stage could exceed, all at their limits. */
export function throttleFaults(
  { throttling, kmsQuotas = defaultKmsQuotas }: StageSettings,
  operations: Operations,
): string[] {
  return quotas.flatMap(quota => {
    const used = Object.values(operations).reduce(
      (sum, row) => sum + uses[quota](row.grants) * (throttleOf(row, throttling)?.requestsPerSecond ?? 0),
      0,
    );
    const usable = (kmsQuotas[quota] * usablePercent) / 100;
    return used > usable
      ? [`throttling: ${used} ${quota} per second at most, of ${usable} (${usablePercent} % of kmsQuotas.${quota})`]
      : [];
  });
}
