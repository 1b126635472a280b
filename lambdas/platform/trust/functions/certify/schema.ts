import * as z from 'zod';
import { OfflinePolicy } from '../../../../../domain/chain/levels.ts';
import { isKeyOf } from '../../../../../domain/identity/key-name.ts';
import { AppId, EnterpriseId, KeyId, OrgId } from '../../../../../domain/kernel/ids.ts';

/** The links that the Org has now; the certifier uses the one that fits its key. */
const orgLinks = z.array(z.string());
const thumbprint = z.string().regex(/^[A-Za-z0-9_-]{43}$/);

/**
 * What the certifier may be asked for. For a link it is told a name, never a key: an enterprise's it reads from our own KMS under
 * the alias of the enterprise and the key's generation, a responder's it makes itself. For an application token it is told the keys,
 * which vouch for nobody else, and its policy, which only narrows what a guard accepts without a connection.
 */
export const CertifyRequest = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('enterprise'),
    org: OrgId,
    orgLinks,
    enterprise: EnterpriseId,
    generation: z.int().positive(),
  }),
  z.strictObject({ kind: z.literal('responder'), org: OrgId, orgLinks }),
  z
    .strictObject({
      kind: z.literal('application'),
      org: OrgId,
      orgLinks,
      app: AppId,
      keys: z.array(z.strictObject({ keyid: KeyId, jkt: thumbprint })).max(5),
      policy: OfflinePolicy,
    })
    .refine(({ org, app, keys }) => keys.every(key => isKeyOf(org, app, key)), 'a key is another application’s'),
]);
export type CertifyRequest = z.infer<typeof CertifyRequest>;

/** A token under the Org: `token ~ org link`. */
export const CertifyAnswer = z.strictObject({ chain: z.string() });
export type CertifyAnswer = z.infer<typeof CertifyAnswer>;
