import type { Client } from '../../sdk/client.ts';
import type { Keyring } from '../../sdk/keys/keyring.ts';
import { isRefusal } from '../../sdk/problem-error.ts';
import { answered } from '../caller.ts';
import { isMade, type Made, type Outcome } from './outcome.ts';
import type { WantedSite } from './site-file.ts';

/** Makes sites, and keeps their keys where it is told to. */
export interface SiteMaker {
  /** whether a site needs nothing more */
  isDone(outcome: Outcome | undefined): boolean;
  /** The same Idempotency-Key again makes no second site. @throws what concerns all sites */
  make(site: WantedSite, idempotencyKey: string, before: Outcome | undefined): Promise<Outcome>;
}

/** Where the keys go. */
export interface KeyKeeping {
  readonly keyring: Keyring;
  /** a site whose first key the server gives no more gets another one */
  readonly reissue: boolean;
}

/** A server that is busy for a while shall not end an import. */
const attempts = 6;

/** The key is kept before the site counts as made: a crash in between asks for the same key once more. */
export function createSiteMaker(client: Client, keeping: KeyKeeping | undefined): SiteMaker {
  const firstKey = async ({ input }: WantedSite, idempotencyKey: string) =>
    await answered(client.url, client.call('create-site', input, { idempotencyKey, attempts }));

  async function makeNew(site: WantedSite, idempotencyKey: string): Promise<Outcome> {
    try {
      const { siteId, key } = await firstKey(site, idempotencyKey);
      await keeping?.keyring.adopt(site.name, key);
      return { made: siteId, kept: keeping !== undefined };
    } catch (error) {
      return { refused: refusalOf(error) };
    }
  }

  /** For a site that was made while nobody kept its key: the server repeats it for a day to whoever made it. */
  async function keepKey(site: WantedSite, idempotencyKey: string, made: string, { keyring, reissue }: KeyKeeping) {
    const held = await keyring.current(site.name);
    if (held?.claims.sub === `site:${made}`) return { made, kept: true };
    try {
      // The reference of a deleted site is free: to ask for its key would make another site.
      const { status } = await answered(client.url, client.call('get-site', { siteId: made }, { attempts }));
      if (status === 'deleted') return { made, kept: false, keyRefused: 'site-deleted' };
      const again = await firstKey(site, idempotencyKey).catch(error => ({ code: refusalOf(error) }));
      if ('key' in again) await keyring.adopt(site.name, again.key);
      else if (!reissue) return { made, kept: false, keyRefused: again.code };
      else await keyring.obtain(site.name, 'reissue-key', { siteId: made });
      return { made, kept: true };
    } catch (error) {
      return { made, kept: false, keyRefused: refusalOf(error) };
    }
  }

  const lacksKey = (outcome: Made) => keeping !== undefined && !outcome.kept;
  return {
    isDone: outcome => isMade(outcome) && !lacksKey(outcome),
    make: async (site, idempotencyKey, before) =>
      keeping && isMade(before)
        ? await keepKey(site, idempotencyKey, before.made, keeping)
        : await makeNew(site, idempotencyKey),
  };
}

/** Refusals that every other site would meet too. */
const concernsAll: readonly string[] = ['signature-invalid', 'application-suspended'];

/** @throws what is no refusal of this one site */
function refusalOf(error: unknown): string {
  if (!isRefusal(error) || concernsAll.includes(error.code)) throw error;
  return error.code;
}
