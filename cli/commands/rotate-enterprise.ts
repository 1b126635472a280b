import * as z from 'zod';
import { EnterpriseId } from '../../domain/kernel/ids.ts';
import type { Answer } from '../../sdk/client.ts';
import { randomName } from '../../sdk/sign-request.ts';
import { answered, callerOf, repeatable } from '../caller.ts';
import { readTarget } from '../credentials.ts';
import { UsageError } from '../exit.ts';
import { output } from '../output.ts';
import { type PlanRow, planTable } from '../rotation-plan.ts';

const Options = z.object({ idempotencyKey: z.string().optional(), compromised: z.boolean(), yes: z.boolean() });

/** Shows the keys of an enterprise and what their rotation does; with `--yes`, lets the server do it. */
export async function rotateEnterprise(id: string, given: unknown): Promise<void> {
  const { idempotencyKey = randomName(), compromised, yes } = Options.parse(given);
  const enterpriseId = EnterpriseId.safeParse(id).data;
  if (!enterpriseId) throw new UsageError(`${id} is no id of an enterprise.`);
  const target = await readTarget('rotate-enterprise-signing-key', given);
  const client = callerOf(target);
  const reason = compromised ? 'compromised' : 'scheduled';
  const before = await answered(target.url, client.call('get-enterprise', { enterpriseId }));
  output(`${planOf(before)}\n\n${whatItDoes(before)[reason]}`);
  if (!yes) return output('--yes lets the server do it.');
  const rotation = client.call('rotate-enterprise-signing-key', { enterpriseId, reason }, { idempotencyKey });
  const after = await answered(target.url, repeatable(idempotencyKey, rotation));
  output(`\nDone.\n${planOf(after)}`);
}

type View = Answer<'get-enterprise'>;

function planOf({ enterpriseId, signingKey, previousSigningKey: previous, linkExpiresAt }: View): string {
  const current = signingKey?.generation ?? 0;
  const rows: PlanRow[] = [
    ...(previous ? [{ ...previous, role: 'previous' as const, when: `verifies until ${previous.expiresAt}` }] : []),
    ...(signingKey ? [{ ...signingKey, role: 'current' as const, when: `link until ${linkExpiresAt}, renewed` }] : []),
    { role: 'next', generation: current + 1, kid: 'made by the rotation', when: '' },
  ];
  return `Enterprise ${enterpriseId}\n\n${planTable(rows)}`;
}

function whatItDoes({ signingKey, linkExpiresAt }: View) {
  const former = signingKey?.generation ?? 0;
  return {
    scheduled: `Generation ${former + 1} is made, certified, and signs from then on. Keys under generation ${former} stay good until they end.`,
    compromised: `Generation ${former + 1} is made, certified, and signs from then on; generation ${former} is disabled. Forged keys under it are refused
online at once, and offline from ${linkExpiresAt} on. Have every site of the enterprise refreshed (docs/rotation.md).`,
  };
}
