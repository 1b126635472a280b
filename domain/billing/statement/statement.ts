import * as z from 'zod';
import { PublicJwk } from '../../chain/levels.ts';
import { AppId, EnterpriseId, OrgId } from '../../kernel/ids.ts';
import { Quarter } from '../../kernel/time.ts';
import { figures } from './figures.ts';

const count = z.int().min(0);
const time = z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
const sha256 = z.string().regex(/^[A-Za-z0-9_-]{43}$/);

/** Why a quarter gets a further statement: a code and the vendor's own ticket. No free text, so that no name gets in. */
export const reopenReasons = ['manifest-corrected', 'counts-corrected', 'rules-corrected', 'dispute-settled'] as const;
export const Reason = z.strictObject({
  code: z.enum(reopenReasons),
  ticket: z
    .string()
    .regex(/^[A-Z][A-Z0-9]{1,9}-\d{1,9}$/, 'must be the number of a ticket such as FIN-1234')
    .meta({ examples: ['FIN-1234'] }),
});
export type Reason = z.infer<typeof Reason>;

const sites = { production: count, dev: count, proxy: count };

/** The manifest of an application without its admins. */
const manifest = z.strictObject({
  revision: z.int().min(1),
  receivedAt: time,
  sha256,
  sites: z.strictObject(sites),
  enterprises: count,
  users: z.strictObject({
    applicationAdmins: count,
    enterpriseAdmins: count,
    plantUsers: count,
    demoUsers: count,
    configurationUsers: count,
  }),
  /** one for each application admin: a salted SHA-256, which reveals nothing once the salt is erased */
  adminCommitments: z.array(z.string()),
});

const application = z.strictObject({
  application: AppId,
  enterprises: count,
  ...figures,
  manifest: z.union([manifest, z.strictObject({ missing: z.literal(true) })]),
});

const enterprise = z.strictObject({
  enterpriseId: EnterpriseId,
  application: AppId,
  ...figures,
  /** as the manifest has it; absent when the manifest is missing, or does not name this enterprise */
  manifest: z.strictObject({ ...sites, configurationUsers: count }).optional(),
  configurationUsersLimit: count.optional(),
});

const difference = z.strictObject({
  application: AppId,
  /** absent for a difference of the application as a whole */
  enterpriseId: EnterpriseId.optional(),
  figure: z.enum(['production', 'dev', 'proxy', 'enterprises']),
  server: count,
  /** absent when the manifest does not name the enterprise: absent is not zero */
  manifest: count.optional(),
});

const seats = z.strictObject({
  application: AppId,
  enterpriseId: EnterpriseId,
  configurationUsers: count,
  limit: count,
});

export const billedMeaning =
  'the number to invoice: production sites at the last instant of the quarter, as the server counts';

/** `statement.json`: what finance gets of a quarter. Ids and integers; no name of a customer, a plant or a person. */
export const Statement = z.strictObject({
  format: z.literal('license-server-statement/2'),
  org: OrgId,
  quarter: Quarter,
  revision: z.int().min(1),
  /** from the second revision on */
  reason: Reason.optional(),
  from: time,
  to: time.describe('the first second that is not in the quarter any more'),
  createdAt: time,
  sweptUntil: time.describe('every key that ended before this moment is counted; never before the end of the quarter'),
  rules: z.strictObject({ version: z.string() }),
  /** the Root that the signature ends at: compare its thumbprint with the pinned one */
  root: PublicJwk,
  billed: z.strictObject({ productionSites: count, meaning: z.literal(billedMeaning) }),
  totals: z.strictObject(figures),
  applications: z.array(application),
  enterprises: z.array(enterprise),
  differences: z.array(difference),
  seatsExceeded: z.array(seats),
  /** oldest first, the quarter itself last */
  history: z.array(z.strictObject({ quarter: Quarter, ...sites })).max(8),
});
export type Statement = z.infer<typeof Statement>;
export type ApplicationFigures = Statement['applications'][number];
export type EnterpriseFigures = Statement['enterprises'][number];
export type Difference = Statement['differences'][number];
export type PastQuarter = Statement['history'][number];
export type ManifestSummary = z.infer<typeof manifest>;

/** @returns undefined when the application has sent none: that is not the same as zero */
export function manifestOf({ manifest }: ApplicationFigures): ManifestSummary | undefined {
  return 'missing' in manifest ? undefined : manifest;
}

export function missingManifests({ applications }: Statement): AppId[] {
  return applications.filter(one => manifestOf(one) === undefined).map(({ application }) => application);
}
