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

/** Shows the keys of an enterprise and the effect of their rotation; executes it with `--yes`. */
export async function rotateEnterprise(id: string, given: unknown): Promise<void> {
  const { idempotencyKey = randomName(), compromised, yes } = Options.parse(given);
  const enterpriseId = EnterpriseId.safeParse(id).data;
  if (!enterpriseId)
    throw new UsageError(`The enterprise id ${id} is invalid: expected an id such as hub-abcdefghijklmnop.`);
  const target = await readTarget('rotate-enterprise-signing-key', given);
  const client = callerOf(target);
  const reason = compromised ? 'compromised' : 'scheduled';
  const before = await answered(target.url, client.call('get-enterprise', { enterpriseId }));
  output(`${planOf(before)}\n\n${whatItDoes(before)[reason]}`);
  if (!yes) return output('Nothing was changed. Use --yes to execute it.');
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
    { role: 'next', generation: current + 1, kid: 'created by the rotation', when: '' },
  ];
  return `Enterprise ${enterpriseId}\n\n${planTable(rows)}`;
}

function whatItDoes({ signingKey, linkExpiresAt }: View) {
  const former = signingKey?.generation ?? 0;
  return {
    scheduled: `Generation ${former + 1} is created, certified, and signs from then on. Keys under generation ${former} stay valid until they expire.`,
    compromised: `Generation ${former + 1} is created, certified, and signs from then on; generation ${former} is disabled. Forged keys under it are refused
online immediately, and offline from ${linkExpiresAt} on. Have every site of the enterprise refreshed (docs/rotation.md).`,
  };
}
