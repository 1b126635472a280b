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
  /** Connects to the server; called only when a token is under an unknown Root. */
  readonly connect: () => Promise<Pick<Client, 'call'>>;
  /** seconds since 1970 */
  readonly now: () => number;
  readonly root: PinnedRoot;
  /** Keeps the followed announcements as signed tokens; without a store they are fetched after a restart. */
  readonly store?: KeyStore | undefined;
  /** Milliseconds that `verify` waits for the server. @default 15000 */
  readonly waitMs?: number | undefined;
  readonly onError?: ((error: unknown) => void) | undefined;
}

/** The pinned Root and its announced successors, so that a long-running process survives the rotation of a Root. */
export interface KnownRoots {
  /** The currently known Roots, for offline verification. */
  readonly pinned: Pinned & { readonly root: readonly PublicJwk[] };
  /** Loads the announcements that earlier processes followed. @throws StoreError */
  load(): Promise<void>;
  /**
   * Verifies with the known Roots. On an unknown Root, fetches announcements and verifies again: at most once an hour,
   * or every 5 minutes while the server can't be reached.
   */
  verify<T>(work: (pinned: Pinned) => Promise<T>): Promise<T>;
}

/** Backoff between requests: a forged key can trigger one, and after a compromise the next Root signs soon after its announcement. */
const backoffSeconds = hour;
const failureBackoffSeconds = 5 * minute;
const place = 'trust/roots';
const maxAnnouncements = 20;
const Announcements = z.array(z.string().max(4096)).max(maxAnnouncements);
const Trust = z.object({ successors: z.array(z.object({ announcement: z.string() })) });

/** Creates the set of known Roots. The server is not trusted: a Root is accepted only if a known Root has signed its announcement. */
export function createKnownRoots(settings: KnownRootsSettings): KnownRoots {
  const { connect, now, store, waitMs = singleAttempt.budgetMs } = settings;
  const onError = listener(settings.onError);
  const roots = [...rootsOf(settings.root)];
  const pinned = { root: roots, parents: createParentCache() };
  let asked = { at: Number.NEGATIVE_INFINITY, backoffSeconds: 0 };
  let asking: Promise<void> | undefined;

  /** Adds the Roots of valid announcements. @returns the announcements that were followed from the pinned Root */
  async function follow(announcements: readonly string[], at: number | 'own-expiry'): Promise<readonly string[]> {
    const found = await followAnnouncements(announcements, { roots, at, checkSignature });
    roots.push(...found.roots.filter(({ x, y }) => !roots.some(known => known.x === x && known.y === y)));
    return found.followed;
  }

  async function ask(): Promise<void> {
    asked = { at: now(), backoffSeconds: failureBackoffSeconds };
    const client = await connect();
    const { successors } = Trust.parse(await client.call('get-trust', {}, singleAttempt));
    const shown = Announcements.parse(successors.map(({ announcement }) => announcement));
    const known = roots.length;
    const followed = await follow(shown, now());
    asked = { at: now(), backoffSeconds };
    if (roots.length > known) await keep(followed);
  }

  /** Saves the followed announcements. A conflict is ignored: a concurrent process has learned the same. */
  async function keep(followed: readonly string[]): Promise<void> {
    const stored = await store?.read(place);
    const all = new Set([...announcementsIn(stored?.text), ...followed]);
    await store?.write(place, JSON.stringify([...all].slice(-maxAnnouncements)), stored?.version);
  }

  /** Fetches announcements unless a backoff is active. Never throws. */
  async function learn(): Promise<void> {
    if (!asking && !isBackingOff(asked.at, asked.backoffSeconds, now()))
      asking = ask()
        .catch(onError)
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
        // Another check may have learned the Root meanwhile.
        if (roots.length === known) await learn();
        if (roots.length === known) throw error;
        return await work(pinned);
      }
    },
  };
}

/** Returns the settings that use an existing client. */
export function rootsBy(client: Client): Pick<KnownRootsSettings, 'connect' | 'now'> {
  return { connect: async () => client, now: () => client.now() };
}

/** Parses stored announcements; a damaged record counts as empty, and the server is asked again. */
function announcementsIn(text = '[]'): readonly string[] {
  try {
    return Announcements.parse(JSON.parse(text));
  } catch {
    return [];
  }
}
