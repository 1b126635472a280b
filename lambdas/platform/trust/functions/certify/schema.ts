import * as z from 'zod';
import { OfflinePolicy } from '../../../../../domain/chain/levels.ts';
import { isKeyOf } from '../../../../../domain/identity/key-name.ts';
import { AppId, EnterpriseId, KeyId, OrgId } from '../../../../../domain/kernel/ids.ts';

/** The current links of the Org; the certifier uses the one over its key. */
const orgLinks = z.array(z.string());
const thumbprint = z.string().regex(/^[A-Za-z0-9_-]{43}$/);

/**
 * A request to the certifier. For a link it has a name, never a key: the certifier reads the key of an enterprise from KMS by its
 * alias, and generates the key of a responder. For an application token it has the keys, which authenticate this application alone,
 * and its policy, which only narrows what a guard accepts offline.
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
