import * as z from 'zod';
import { OrgId } from '../../../../../domain/kernel/ids.ts';

export const SetUpTrustRequest = z.object({
  org: OrgId,
  /** of the keys, as text: when they change, CloudFormation calls again */
  generations: z.string().optional(),
});

/** Links of an Org, signed by the Root. */
export const CertifiedOrg = z.object({
  /** over the key that signs */
  orgLink: z.string(),
  /** over the key that is announced to sign next */
  nextOrgLink: z.string().optional(),
  /** announces the Root that follows */
  successor: z.string().optional(),
  /** thumbprints of all keys of the Org that are kept, by commas */
  orgKids: z.string(),
});
export type CertifiedOrg = z.infer<typeof CertifiedOrg>;

/** The same with the Root's public keys, which the deployment pins. */
export const SetUpTrustAnswer = CertifiedOrg.extend({
  /** JWK of the Root that signs */
  rootJwk: z.string(),
  /** ring of `{generation, jwk}`: each key has its generation */
  rootKeys: z.string(),
});
export type SetUpTrustAnswer = z.infer<typeof SetUpTrustAnswer>;
