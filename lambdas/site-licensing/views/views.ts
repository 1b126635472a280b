import type * as z from 'zod';
import type { RecordedAlert } from '../../../domain/alerts/alert.ts';
import type { Application } from '../../../domain/identity/application.ts';
import { isoTime } from '../../../domain/kernel/time.ts';
import type { Enterprise } from '../../../domain/site-licensing/enterprise.ts';
import { refreshAfter } from '../../../domain/site-licensing/key-lifetime.ts';
import type { Site } from '../../../domain/site-licensing/site.ts';
import type { alertView } from '../../platform/alerts/shapes/alert.ts';
import type { applicationView } from '../../platform/identity/shapes/application.ts';
import type { enterpriseView } from '../shapes/enterprise.ts';
import type { siteView } from '../shapes/site.ts';

/** A site as clients see it. */
export function viewOfSite(site: Site): z.input<typeof siteView> {
  return {
    siteId: site.id,
    enterpriseId: site.enterprise,
    application: site.app,
    siteRef: site.ref,
    mode: site.mode,
    state: site.state,
    status: site.status,
    generation: site.key.generation,
    createdAt: isoTime(site.createdAt),
    refreshAfter: isoTime(refreshAfter(site.key.expiresAt)),
    expiresAt: isoTime(site.key.expiresAt),
  };
}

/** An enterprise as clients see it. */
export function viewOfEnterprise(enterprise: Enterprise): z.input<typeof enterpriseView> {
  const { generation, link, previousKey } = enterprise;
  return {
    enterpriseId: enterprise.id,
    status: enterprise.status,
    createdBy: enterprise.createdBy,
    createdAt: isoTime(enterprise.createdAt),
    ...(link && { signingKey: { generation, kid: link.kid }, linkExpiresAt: isoTime(link.expiresAt) }),
    ...(previousKey && { previousSigningKey: { ...previousKey, endsAt: isoTime(previousKey.endsAt) } }),
    configurationUsersLimit: enterprise.limits.configurationUsers,
  };
}

/** An application as operators and itself see it: no public keys, they have those. */
export function viewOfApplication({
  app,
  role,
  status,
  policy,
  keys,
  createdAt,
}: Application): z.input<typeof applicationView> {
  return {
    application: app,
    role,
    status,
    policy,
    keys: keys.map(({ keyid, alg, notAfter }) => ({ keyid, alg, ...(notAfter && { notAfter: isoTime(notAfter) }) })),
    createdAt: isoTime(createdAt),
  };
}

/** An alert as operators see it. */
export function viewOfAlert(alert: RecordedAlert): z.input<typeof alertView> {
  const { id: alertId, reason, subject, detail, firstAt, lastAt, times } = alert;
  const { seenAt, seenBy, acknowledgedAt, acknowledgedBy } = alert;
  return {
    alertId,
    reason,
    subject,
    ...(detail && { detail }),
    firstAt: isoTime(firstAt),
    lastAt: isoTime(lastAt),
    times,
    ...(seenAt && { seenAt: isoTime(seenAt), seenBy }),
    ...(acknowledgedAt && { acknowledgedAt: isoTime(acknowledgedAt), acknowledgedBy }),
  };
}
