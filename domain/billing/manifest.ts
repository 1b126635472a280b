import * as z from 'zod';
import { EnterpriseId } from '../kernel/ids.ts';

const count = z.int().min(0).max(10_000_000);

/** One enterprise as its application counts it; our opaque id, never a name. */
const EnterpriseManifest = z.strictObject({
  enterpriseId: EnterpriseId,
  production: count,
  dev: count.default(0),
  proxy: count.default(0),
  configurationUsers: count.describe('users with the right to configure; compared with the limit of the enterprise'),
});

/** What an application pushes for a finished quarter, less its admins (docs/rules.md 11). An unknown field is refused, so no name can get in. */
export const ManifestCounts = z.strictObject({
  sites: z.strictObject({ production: count, dev: count, proxy: count }),
  enterprises: count,
  perEnterprise: z.array(EnterpriseManifest).max(2000),
  users: z.strictObject({ enterpriseAdmins: count, plantUsers: count, demoUsers: count }),
});
export type ManifestCounts = z.infer<typeof ManifestCounts>;

/** The only personal data of the product: people who administer the application, the vendor's own staff included. */
export const Admin = z.strictObject({
  name: z
    .string()
    .trim()
    .min(1)
    .max(120)
    // Half a character has no spelling that a commitment could be over.
    .refine(text => text.isWellFormed(), 'must be valid Unicode text'),
  email: z
    .email()
    .max(254)
    .meta({ examples: ['ada@example.com'] }),
});
export type Admin = z.infer<typeof Admin>;

export const Manifest = ManifestCounts.extend({ applicationAdmins: z.array(Admin).max(500) });
export type Manifest = z.infer<typeof Manifest>;

/** A manifest as it is kept: in the place of each admin a salted commitment, SHA-256 in base64url, which proves nothing once the salt is erased. */
export const ManifestBody = ManifestCounts.extend({ adminCommitments: z.array(z.string()) });
export type ManifestBody = z.infer<typeof ManifestBody>;
