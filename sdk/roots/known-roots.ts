import * as z from 'zod';
import { ChainError } from '../../domain/chain/chain-error.ts';
import type { PublicJwk } from '../../domain/chain/levels.ts';
import { createParentCache } from '../../domain/chain/parent-cache.ts';
import { followAnnouncements } from '../../domain/chain/successors.ts';
import { hour, minute } from '../../domain/kernel/time.ts';
import { checkSignature } from '../check-signature.ts';
import type { Client } from '../client.ts';
import { isBackingOff } from '../is-backing-off.ts';
import { listener } from '../listener.ts';
import { type Pinned, type PinnedRoot, rootsOf } from '../pinned-root.ts';
import { singleAttempt } from '../retries.ts';
import type { KeyStore } from '../stores/key-store.ts';
import { withTimeout } from '../with-timeout.ts';

export interface KnownRootsSettings {
  /** asked for when an unknown Root is met, not before */
  readonly connect: () => Promise<Pick<Client, 'call'>>;
  /** seconds since 1970 */
  readonly now: () => number;
  readonly root: PinnedRoot;
  /** keeps the announcements that were followed, as they were signed; without one they are asked for after a restart */
  readonly store?: KeyStore | undefined;
  /** how long `verify` may wait for the server @default 15000 */
  readonly waitMs?: number | undefined;
  readonly onTrouble?: ((error: unknown) => void) | undefined;
}

/** The pinned Root and those that it has announced as its successors: whoever runs for years outlives the rotation of a Root. */
export interface KnownRoots {
  /** for what needs no server: the Roots that are known now */
  readonly pinned: Pinned & { readonly root: readonly PublicJwk[] };
  /** Follows what earlier processes have learned. @throws StoreUnusable */
  load(): Promise<void>;
  /**
   * Verifies with the Roots that are known. What stands under another is verified again once the server has shown a way to it; for
   * that it is asked once an hour, or again after some minutes while it can't be reached.
   */
  verify<T>(work: (pinned: Pinned) => Promise<T>): Promise<T>;
}

/** Anybody can show a forged key and so use up a turn, and after a compromise the next Root signs soon after it was announced. */
const restSeconds = hour;
const restAfterFailureSeconds = 5 * minute;
const place = 'trust/roots';
const mostAnnouncements = 20;
const Announcements = z.array(z.string().max(4096)).max(mostAnnouncements);
const Trust = z.object({ successors: z.array(z.object({ announcement: z.string() })) });

/** What the server shows is never believed: a Root counts when one that is pinned, or follows from it, has signed that it follows. */
export function createKnownRoots(settings: KnownRootsSettings): KnownRoots {
  const { connect, now, store, waitMs = singleAttempt.budgetMs } = settings;
  const onTrouble = listener(settings.onTrouble);
  const roots = [...rootsOf(settings.root)];
  const pinned = { root: roots, parents: createParentCache() };
  let asked = { at: Number.NEGATIVE_INFINITY, restSeconds: 0 };
  let asking: Promise<void> | undefined;

  /** @returns the announcements that lead on from the pinned Root */
  async function follow(announcements: readonly string[], at: number | 'own-expiry'): Promise<readonly string[]> {
    const found = await followAnnouncements(announcements, { roots, at, checkSignature });
    roots.push(...found.roots.filter(({ x, y }) => !roots.some(known => known.x === x && known.y === y)));
    return found.followed;
  }

  async function ask(): Promise<void> {
    asked = { at: now(), restSeconds: restAfterFailureSeconds };
    const client = await connect();
    const { successors } = Trust.parse(await client.call('get-trust', {}, singleAttempt));
    const shown = Announcements.parse(successors.map(({ announcement }) => announcement));
    const known = roots.length;
    const followed = await follow(shown, now());
    asked = { at: now(), restSeconds };
    if (roots.length > known) await keep(followed);
  }

  /** Whoever writes at the same moment has learned the same. */
  async function keep(followed: readonly string[]): Promise<void> {
    const stored = await store?.read(place);
    const all = new Set([...announcementsIn(stored?.text), ...followed]);
    await store?.write(place, JSON.stringify([...all].slice(-mostAnnouncements)), stored?.version);
  }

  /** Never throws. */
  async function learn(): Promise<void> {
    if (!asking && !isBackingOff(asked.at, asked.restSeconds, now()))
      asking = ask()
        .catch(onTrouble)
        .finally(() => {
          asking = undefined;
        });
    await withTimeout(waitMs, asking);
  }

  return {
    pinned,
    load: async () => void (await follow(announcementsIn((await store?.read(place))?.text), 'own-expiry')),
    async verify(work) {
      const known = roots.length;
      try {
        return await work(pinned);
      } catch (error) {
        if (!(error instanceof ChainError && error.reason === 'unknown-root')) throw error;
        // What another check has learned meanwhile may do.
        if (roots.length === known) await learn();
        if (roots.length === known) throw error;
        return await work(pinned);
      }
    },
  };
}

/** @returns how a client that is there is asked */
export function rootsBy(client: Client): Pick<KnownRootsSettings, 'connect' | 'now'> {
  return { connect: async () => client, now: () => client.now() };
}

/** A damaged record is as good as none: the server is asked again. */
function announcementsIn(text = '[]'): readonly string[] {
  try {
    return Announcements.parse(JSON.parse(text));
  } catch {
    return [];
  }
}
