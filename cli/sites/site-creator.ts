import type { Client } from '../../sdk/client.ts';
import type { Keyring } from '../../sdk/keys/keyring.ts';
import { isRefusal } from '../../sdk/problem-error.ts';
import { answered } from '../caller.ts';
import { type CreatedSite, isCreated, type Outcome } from './outcome.ts';
import type { SiteRequest } from './site-file.ts';

/** Creates sites and stores their keys. */
export interface SiteCreator {
  /** Whether a site is complete. */
  isDone(outcome: Outcome | undefined): boolean;
  /** Creates a site or fetches its missing key; idempotent by the Idempotency-Key. @throws errors that concern all sites */
  create(site: SiteRequest, idempotencyKey: string, before: Outcome | undefined): Promise<Outcome>;
}

/** Storage of the keys. */
export interface KeyStorage {
  readonly keyring: Keyring;
  /** Whether to reissue keys that the server no longer returns. */
  readonly reissue: boolean;
}

/** Attempts per request: a temporarily unavailable server must not end an import. */
const attempts = 6;

/** Creates a site creator. The key is stored before the site counts as created: after a crash the same key is requested again. */
export function newSiteCreator(client: Client, keeping: KeyStorage | undefined): SiteCreator {
  const firstKey = async ({ input }: SiteRequest, idempotencyKey: string) =>
    await answered(client.url, client.call('create-site', input, { idempotencyKey, attempts }));

  async function createNew(site: SiteRequest, idempotencyKey: string): Promise<Outcome> {
    try {
      const { siteId, key } = await firstKey(site, idempotencyKey);
      await keeping?.keyring.adopt(site.name, key);
      return { siteId, isKeyStored: keeping !== undefined };
    } catch (error) {
      return { refused: refusalOf(error) };
    }
  }

  /** Fetches the key of a site that was created without storing it: the server returns it again to its creator for a day. */
  async function keepKey(site: SiteRequest, idempotencyKey: string, siteId: string, { keyring, reissue }: KeyStorage) {
    const held = await keyring.current(site.name);
    if (held?.claims.sub === `site:${siteId}`) return { siteId, isKeyStored: true };
    try {
      // The reference of a deleted site is free: requesting its key would create another site.
      const { status } = await answered(client.url, client.call('get-site', { siteId }, { attempts }));
      if (status === 'deleted') return { siteId, isKeyStored: false, keyRefused: 'site-deleted' };
      const again = await firstKey(site, idempotencyKey).catch(error => ({ code: refusalOf(error) }));
      if ('key' in again) await keyring.adopt(site.name, again.key);
      else if (!reissue) return { siteId, isKeyStored: false, keyRefused: again.code };
      else await keyring.obtain(site.name, 'reissue-key', { siteId });
      return { siteId, isKeyStored: true };
    } catch (error) {
      return { siteId, isKeyStored: false, keyRefused: refusalOf(error) };
    }
  }

  const lacksKey = (outcome: CreatedSite) => keeping !== undefined && !outcome.isKeyStored;
  return {
    isDone: outcome => isCreated(outcome) && !lacksKey(outcome),
    create: async (site, idempotencyKey, before) =>
      keeping && isCreated(before)
        ? await keepKey(site, idempotencyKey, before.siteId, keeping)
        : await createNew(site, idempotencyKey),
  };
}

/** Problem codes that concern all sites. */
const concernsAll: readonly string[] = ['signature-invalid', 'application-suspended'];

/** Returns the problem code of a refusal of this site. @throws other errors */
function refusalOf(error: unknown): string {
  if (!isRefusal(error) || concernsAll.includes(error.code)) throw error;
  return error.code;
}
