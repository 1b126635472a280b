import * as z from 'zod';
import { EnterpriseId } from '../kernel/ids.ts';

const count = z.int().min(0).max(10_000_000);

/** The counts of one enterprise by its application, under its opaque id, never a name. */
const EnterpriseManifest = z.strictObject({
  enterpriseId: EnterpriseId,
  production: count,
  dev: count.default(0),
  proxy: count.default(0),
  configurationUsers: count.describe('users with the right to configure; compared with the limit of the enterprise'),
});

/** The manifest of a finished quarter without its admins (docs/rules.md 11). Unknown fields are refused, so that no name gets in. */
export const ManifestCounts = z.strictObject({
  sites: z.strictObject({ production: count, dev: count, proxy: count }),
  enterprises: count,
  perEnterprise: z.array(EnterpriseManifest).max(2000),
  users: z.strictObject({ enterpriseAdmins: count, plantUsers: count, demoUsers: count }),
});
export type ManifestCounts = z.infer<typeof ManifestCounts>;

/** The only personal data of site licensing: administrators of the application, the vendor's own staff included. */
export const Admin = z.strictObject({
  name: z
    .string()
    .trim()
    .min(1)
    .max(120)
    // A lone surrogate has no UTF-8 encoding that a commitment could cover.
    .refine(text => text.isWellFormed(), 'must be valid Unicode text'),
  email: z
    .email()
    .max(254)
    .meta({ examples: ['ada@example.com'] }),
});
export type Admin = z.infer<typeof Admin>;

export const Manifest = ManifestCounts.extend({ applicationAdmins: z.array(Admin).max(500) });
export type Manifest = z.infer<typeof Manifest>;

/** A stored manifest: each admin is replaced by a salted commitment, SHA-256 in base64url, which reveals nothing once the salt is erased. */
export const ManifestBody = ManifestCounts.extend({ adminCommitments: z.array(z.string()) });
export type ManifestBody = z.infer<typeof ManifestBody>;
