import type { Grants } from '../../lambdas/platform/kernel/grants.ts';

/**
 * The kind of a role: the last segment of its path, which the policies of signing keys match. `root` signs as the Root, `certifiers` as an
 * Org, `signers` as an enterprise; `others` sign with no key.
 */
export type RoleKind = 'root' | 'certifiers' | 'signers' | 'others';

/** @throws Error for a row that would sign on two levels of the chain: a role has one path */
export function roleKindOf({ signsAs, signsAsEnterprise }: Grants): RoleKind {
  if (signsAs && signsAsEnterprise) throw new Error(`A row signs as ${signsAs} or as an enterprise, not as both.`);
  if (signsAs) return signsAs === 'root' ? 'root' : 'certifiers';
  return signsAsEnterprise ? 'signers' : 'others';
}
