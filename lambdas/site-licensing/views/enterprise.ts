import type * as z from 'zod';
import { isoTime } from '../../../domain/kernel/time.ts';
import type { Enterprise } from '../../../domain/site-licensing/enterprise.ts';
import type { enterpriseView } from '../shapes/enterprise.ts';

/** Returns an enterprise as clients see it. */
export function viewOfEnterprise(enterprise: Enterprise): z.input<typeof enterpriseView> {
  const { generation, link, previousKey } = enterprise;
  return {
    enterpriseId: enterprise.id,
    status: enterprise.status,
    createdBy: enterprise.createdBy,
    createdAt: isoTime(enterprise.createdAt),
    ...(link && { signingKey: { generation, kid: link.kid }, linkExpiresAt: isoTime(link.expiresAt) }),
    ...(previousKey && { previousSigningKey: { ...previousKey, expiresAt: isoTime(previousKey.expiresAt) } }),
    configurationUsersLimit: enterprise.limits.configurationUsers,
  };
}
