import * as z from 'zod';
import type { Alert } from '../alerts/alert.ts';
import type { Mode } from '../chain/levels.ts';
import { type Caller, isOperator } from '../identity/policy.ts';
import { seesKeysOf } from '../identity/visibility.ts';
import { type AppId, type EnterpriseId, type OrgId, type SiteId, type SiteRef, subjectOf } from '../kernel/ids.ts';
import { notFound, Refusal } from '../kernel/refusal.ts';
import type { Seconds } from '../kernel/time.ts';
import type { Version } from '../kernel/version.ts';
import { missedExpiryAlerts, withExpiryNotified } from './expiry-sweep.ts';
import { refreshGraceSeconds } from './key-lifetime.ts';
import type { RecordedKey } from './recorded-key.ts';
import { assertLive, type KeyHolder } from './refresh.ts';

export const siteStates = ['basic', 'commissioning', 'active', 'proxy'] as const;
export const siteState = z.enum(siteStates);
export type SiteState = z.infer<typeof siteState>;

export type SiteStatus = 'live' | 'suspended' | 'dormant' | 'deleted';

/** A plant of an enterprise, licensed by one application. */
export interface Site {
  readonly id: SiteId;
  readonly org: OrgId;
  readonly enterprise: EnterpriseId;
  readonly app: AppId;
  readonly ref: SiteRef;
  readonly mode: Mode;
  readonly state: SiteState;
  readonly status: SiteStatus;
  readonly createdAt: Seconds;
  readonly key: RecordedKey;
  readonly version?: Version | undefined;
}

export function holderOf(site: Site): KeyHolder {
  return { subject: subjectOf.site(site.id), status: site.status, mode: site.mode, key: site.key };
}

/** The sites of a reference, as the rules of creation need them. */
export interface Reference {
  /** the site in each state, if any */
  readonly sites: Partial<Record<SiteState, SiteId>>;
  /** some site of this reference was production once */
  readonly wasProduction: boolean;
  /** a site of this reference was deleted and none was created since: the next one counts as recreated */
  readonly wasDeleted?: boolean | undefined;
}

/**
 * Refuses a second site of the same (enterprise, application, reference, state), and a dev site of a reference that was production:
 * both would evade billing (docs/rules.md 3.2, 3.3). @throws reference-taken, reference-was-production
 */
export function assertMayCreate(reference: Reference, wanted: { mode: Mode; state: SiteState }): void {
  if (reference.sites[wanted.state]) throw referenceTaken(wanted.state);
  if (wanted.mode === 'dev' && reference.wasProduction)
    throw new Refusal(
      'reference-was-production',
      'The mode dev is not allowed: a site with this reference is or was a production site.',
    );
}

export function referenceTaken(state: SiteState): Refusal {
  return new Refusal(
    'reference-taken',
    `The reference is taken: a site with it already exists in state ${state}. Choose another reference or state.`,
    [{ pointer: '#/body/siteRef', detail: `is taken in state ${state}` }],
  );
}

export interface SiteChange {
  readonly state?: SiteState | undefined;
  readonly siteRef?: SiteRef | undefined;
  readonly status?: 'live' | 'suspended' | undefined;
  /** refused here: the mode changes by refresh-key only */
  readonly mode?: unknown;
}

/**
 * Returns the dormancy of a site: 60 days after its key expired (docs/rules.md 3.4) the key can no longer be refreshed, only reissued.
 * The dormancy has its own time, whenever it is noticed and recorded.
 * @returns undefined for a site that is not dormant yet, or not live
 */
export function dormancyOf(site: Site, now: Seconds): (ChangedSite & { readonly at: Seconds }) | undefined {
  const at = site.key.expiresAt + refreshGraceSeconds;
  if (site.status !== 'live' || now < at) return undefined;
  const alerts = [...missedExpiryAlerts(subjectOf.site(site.id), site.key, now), dormantAlert(site)];
  return { site: { ...site, status: 'dormant', key: withExpiryNotified(site.key) }, at, alerts };
}

function dormantAlert({ org, id }: Site): Alert {
  return { org, reason: 'dormant', subject: subjectOf.site(id) };
}

/** Returns a site as it is at a time, also when its dormancy is not recorded yet. */
export function siteAt(site: Site, now: Seconds): Site {
  return dormancyOf(site, now)?.site ?? site;
}

export interface ChangedSite {
  readonly site: Site;
  readonly alerts: readonly Alert[];
}

/**
 * Applies update-site, for applications and for operators. A site that is reinstated 60 days after its key expired becomes dormant: the
 * sweep has passed that hour, and would never find it.
 */
export function changeSite(site: Site, change: SiteChange, caller: Caller, now: Seconds): ChangedSite {
  if (change.mode !== undefined)
    throw new Refusal(
      'mode-change-by-refresh',
      'The mode cannot be changed by update-site. Use refresh-key (POST /v1/sites/{siteId}/key) with a mode.',
    );
  if (site.status === 'deleted') assertLive(site);
  assertOperatorOnly(site, change, caller);
  if (site.status === 'dormant' && change.status === 'live')
    throw new Refusal(
      'key-expired',
      'The key of the site expired more than 60 days ago. Reactivate the site by reissue-key.',
    );
  const after: Site = {
    ...site,
    state: change.state ?? site.state,
    ref: change.siteRef ?? site.ref,
    status: change.status ?? site.status,
  };
  if (after.state === site.state && after.ref === site.ref && after.status === site.status)
    throw new Refusal('no-change', 'The site already has these values. Nothing was changed.');
  const becameProxy = after.state === 'proxy' && site.state !== 'proxy';
  const alerts: Alert[] = becameProxy
    ? [{ org: site.org, reason: 'proxy-by-operator', subject: subjectOf.site(site.id) }]
    : [];
  if (dormancyOf(after, now)) return { site: { ...after, status: 'dormant' }, alerts: [...alerts, dormantAlert(site)] };
  return after.status === 'suspended' ? withExpiryAlert(site, { site: after, alerts }, now) : { site: after, alerts };
}

/** Adds the expiry alert of a site that is suspended or deleted now: the sweep raises none for it any more. */
function withExpiryAlert(before: Site, { site, alerts }: ChangedSite, now: Seconds): ChangedSite {
  const missed = before.status === 'live' ? missedExpiryAlerts(subjectOf.site(before.id), before.key, now) : [];
  if (missed.length === 0) return { site, alerts };
  return { site: { ...site, key: withExpiryNotified(site.key) }, alerts: [...alerts, ...missed] };
}

function assertOperatorOnly(site: Site, change: SiteChange, caller: Caller): void {
  if (isOperator(caller)) return;
  if (change.status !== undefined)
    throw new Refusal('status-operator-only', 'Only an operator can suspend or reinstate a site.');
  if (change.state !== undefined && (change.state === 'proxy' || site.state === 'proxy') && change.state !== site.state)
    throw new Refusal('state-operator-only', 'Only an operator can change the state of a site to or from proxy.');
  assertLive(site);
}

/**
 * Deletes a site, finally: it stays as a tombstone, and its key is invalid at once. A suspended site cannot be deleted, since the
 * application could then create its reference again and so undo the suspension. @throws site-deleted, site-suspended
 */
export function deleteSite(site: Site, now: Seconds): ChangedSite {
  assertLive(site);
  return withExpiryAlert(site, { site: { ...site, status: 'deleted' }, alerts: [] }, now);
}

/** @throws not-found unless the caller may change it: its own, or any for an operator */
export function assertOwnsSite(caller: Caller, site: Site | undefined): Site {
  if (!site || site.org !== caller.org || (site.app !== caller.app && !isOperator(caller))) throw notFound('site');
  return site;
}

/** Its own sites, those that it enforces for, or any for an operator: to read. @throws not-found */
export function assertSeesSite(caller: Caller, site: Site | undefined): Site {
  if (!site || site.org !== caller.org || !seesKeysOf(caller, site.app)) throw notFound('site');
  return site;
}

/** Refuses a change of state or reference that the creation of a new site would be refused. @throws reference-taken, reference-was-production */
export function assertMayBecome(before: Site, after: Site, reference: Reference): void {
  if (before.ref === after.ref && before.state === after.state) return;
  const others = Object.fromEntries(Object.entries(reference.sites).filter(([, id]) => id !== before.id));
  assertMayCreate({ ...reference, sites: others }, after);
}
