import { randomUUID } from 'node:crypto';
import type { Stage } from './operations-fixture.ts';

/** Arranges, and gives back the call that must be refused. */
export type Case = (stage: Stage) => Promise<() => Promise<unknown>>;

/** What is refused, by whom it is asked and why. */
export type Cases = Readonly<Record<string, Case>>;

export const again = () => ({ idempotencyKey: randomUUID() });

/** An id of the right form, of no enterprise. */
export const absent = 'hub-aaaaaaaaaaaaaaaa';
export const nowhere = `${absent}-aaaaaaaaaaaaaaaaa`;

export async function deleted(stage: Stage) {
  const site = await stage.site();
  await stage.app.client.call('delete-site', { siteId: site.siteId });
  return site;
}

export async function suspended(stage: Stage) {
  const site = await stage.site();
  await stage.operator.client.call('update-site', { siteId: site.siteId, status: 'suspended' });
  return site;
}

/** A site whose enterprise is suspended, with the key of the enterprise. */
export async function inSuspendedEnterprise(stage: Stage) {
  const { enterpriseId, key: enterpriseKey } = await stage.enterprise();
  const site = await stage.site({ enterpriseId });
  await stage.operator.client.call('update-enterprise', { enterpriseId, status: 'suspended' });
  return { ...site, enterpriseKey };
}
