import * as z from 'zod';
import { AppId, EnterpriseId, KeyId, OrgId } from '../../../domain/ids.ts';
import { isKeyOf } from '../../../domain/key-name.ts';

const thumbprint = z.string().regex(/^[A-Za-z0-9_-]{43}$/);

/**
 * What the certifier may be asked for. For a link it is told a name, never a key: an enterprise's it reads from our own KMS under
 * the enterprise's alias, a responder's it makes itself. For an application token it is told the keys, which vouch for nobody else.
 */
export const CertifyRequest = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('enterprise'), org: OrgId, orgLink: z.string(), enterprise: EnterpriseId }),
  z.strictObject({ kind: z.literal('responder'), org: OrgId, orgLink: z.string() }),
  z
    .strictObject({
      kind: z.literal('application'),
      org: OrgId,
      orgLink: z.string(),
      app: AppId,
      keys: z.array(z.strictObject({ keyid: KeyId, jkt: thumbprint })).max(5),
    })
    .refine(({ org, app, keys }) => keys.every(key => isKeyOf(org, app, key)), 'a key is another application’s'),
]);
export type CertifyRequest = z.infer<typeof CertifyRequest>;

/** A token under the Org, without its chain. */
export const CertifyAnswer = z.strictObject({ token: z.string() });
export type CertifyAnswer = z.infer<typeof CertifyAnswer>;
