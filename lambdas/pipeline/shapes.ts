import * as z from 'zod';
import { keyAlgorithms } from '../../domain/application.ts';
import { mode } from '../../domain/chain/levels.ts';
import { AppId, EnterpriseId, KeyId, SiteId, SiteRef } from '../../domain/ids.ts';
import { Policy, role } from '../../domain/policy.ts';
import { siteState } from '../../domain/site.ts';

/** Shapes that several operations share, as clients see them. Times are ISO 8601 in UTC. */
export const time = z.string().describe('ISO 8601, UTC');
export const siteKey = z.string().min(1).max(4096).describe('a key: three JWTs joined by ~');
export const sitePath = z.strictObject({ siteId: SiteId });
export const enterprisePath = z.strictObject({ enterpriseId: EnterpriseId });

const keyTimes = {
  key: siteKey,
  generation: z.int().describe('1, 2, 3 …'),
  refreshAfter: time.describe('refresh within 48 h of this'),
  expiresAt: time,
};

export const siteKeyAnswer = z.object({ siteId: SiteId, mode, ...keyTimes });
export const enterpriseKeyAnswer = z.object({ enterpriseId: EnterpriseId, application: AppId, ...keyTimes });

export const siteView = z.object({
  siteId: SiteId,
  enterpriseId: EnterpriseId,
  application: AppId,
  siteRef: SiteRef,
  mode,
  state: siteState,
  status: z.enum(['live', 'suspended', 'dormant', 'deleted']),
  generation: z.int(),
  createdAt: time,
  refreshAfter: time,
  expiresAt: time,
});

export const enterpriseView = z.object({
  enterpriseId: EnterpriseId,
  status: z.enum(['creating', 'live', 'suspended']),
  createdBy: AppId,
  createdAt: time,
  linkExpiresAt: time.optional().describe('the certificate of its key is renewed by us well before'),
  configurationUsersLimit: z.int(),
});

export const pageQuery = {
  limit: z.coerce.number().int().min(1).max(100).default(50),
  after: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,600}$/)
    .optional()
    .describe('`next` of the page before'),
};
export const nextPage = z.string().optional().describe('where the next page begins; absent on the last');

export const applicationPath = z.strictObject({ applicationId: AppId });

export const applicationView = z.object({
  application: AppId,
  role,
  status: z.enum(['live', 'suspended']),
  policy: Policy,
  keys: z.array(
    z.object({
      keyid: KeyId,
      alg: z.enum(keyAlgorithms),
      notAfter: time.optional().describe('set by a rotation: from then on it signs no more'),
    }),
  ),
  createdAt: time,
});
