import { ChainError } from '../../domain/chain/chain-error.ts';
import { refreshAfter } from '../../domain/site-licensing/key-lifetime.ts';
import type { Client, Input } from '../client.ts';
import { isBackingOff } from '../is-backing-off.ts';
import { listener } from '../listener.ts';
import type { PinnedRoot } from '../pinned-root.ts';
import { isRefusal } from '../problem-error.ts';
import { createKnownRoots, rootsBy } from '../roots/known-roots.ts';
import { startPolling } from '../start-polling.ts';
import { type KeyStore, StoreUnusableError } from '../stores/key-store.ts';
import type { KeyClaims } from '../verify.ts';
import type { Source } from './key-record.ts';
import { createKeyWork } from './key-work.ts';

/** A key as its holder uses it. */
export interface HeldKey {
  readonly key: string;
  readonly claims: KeyClaims;
  /** seconds since 1970, by the server */
  readonly refreshAfter: number;
  readonly expiresAt: number;
}

export interface KeyringSettings {
  readonly client: Client;
  readonly root: PinnedRoot;
  readonly store: KeyStore;
  /** hears of every key that could not be refreshed, and by no name of what concerns none; `key-superseded` needs a person: somebody else holds a copy */
  readonly onTrouble?: ((name: string, error: unknown) => void) | undefined;
}

/** The keys of an application's sites and enterprises, by names of its own choice. */
export interface Keyring {
  /** @returns undefined when there is none of this name */
  current(name: string): Promise<HeldKey | undefined>;
  /**
   * Makes a site or an enterprise and keeps its first key; the one that is there, if there is one. A crash and a repeat make no
   * second one (within 24 h; later a site's reference is `reference-taken`: find it by list-sites and obtain it by reissue-key).
   * @throws ProblemError
   */
  obtain<S extends Source>(name: string, operation: S, input: Input<S>): Promise<HeldKey>;
  /** Keeps a key that was got in another way. @throws ChainError when it is not genuine */
  adopt(name: string, key: string): Promise<HeldKey>;
  /** Refreshes now, due or not. @param mode `production` promotes a dev site @throws ProblemError */
  refresh(name: string, mode?: 'production'): Promise<HeldKey>;
  /** Refreshes every key that is due, and finishes what a crash has interrupted. */
  refreshDue(): Promise<void>;
  /** Forgets a key: its site was deleted. */
  forget(name: string): Promise<void>;
  /** Looks every quarter of an hour what is due. @returns ends it */
  start(): () => void;
}

/** A refusal by the server is no accident: asking again soon would only raise the same alert. */
const restAfterRefusalSeconds = 6 * 3600;

/** Keeps keys and refreshes them: crashes, lost answers and other processes with the same store end with the one right key. */
export function createKeyring(settings: KeyringSettings): Keyring {
  const { client, store } = settings;
  const onTrouble = listener(settings.onTrouble);
  const roots = createKnownRoots({ ...settings, ...rootsBy(client), onTrouble: error => onTrouble('', error) });
  const work = createKeyWork({ client, store, roots });
  const refusedAt = new Map<string, number>();
  /** those that failed last, the latest at the end */
  const failed = new Set<string>();
  const current: Keyring['current'] = async name => heldKey(await work.look(name));
  const mustHold = async (name: string): Promise<HeldKey> => {
    const held = await current(name);
    if (!held) throw new Error(`There is no key named ${name} in the store: obtain or adopt it first.`);
    return held;
  };
  const refreshOne = async (name: string): Promise<boolean> => {
    if (isBackingOff(refusedAt.get(name) ?? Number.NEGATIVE_INFINITY, restAfterRefusalSeconds, client.now()))
      return true;
    failed.delete(name);
    try {
      await work.run(name);
      refusedAt.delete(name);
      return true;
    } catch (error) {
      failed.add(name);
      if (isRefusal(error)) refusedAt.set(name, client.now());
      onTrouble(name, error);
      return isOfOneKey(error);
    }
  };
  const refreshDue = async () => {
    const names = new Set(await work.names());
    const lastOnes = [...failed].filter(name => names.delete(name));
    // While the server can't be reached there is no use in trying the others; what fails by itself comes after them next time.
    for (const name of [...names, ...lastOnes]) if (!(await refreshOne(name))) return;
  };
  return {
    current,
    obtain: async (name, operation, input) => {
      await work.run(name, { kind: 'obtain', operation, input: Object(input) });
      return await mustHold(name);
    },
    adopt: async (name, key) => {
      await work.replace(name, { key });
      return await mustHold(name);
    },
    refresh: async (name, mode) => {
      await mustHold(name);
      await work.run(name, { kind: 'refresh', mode });
      return await mustHold(name);
    },
    refreshDue,
    forget: async name => await work.replace(name, {}),
    start: () => startPolling(refreshDue, error => onTrouble('', error)),
  };
}

/** Refused, or a record that somebody has spoiled: the other keys are as good as before. */
function isOfOneKey(error: unknown): boolean {
  return isRefusal(error) || error instanceof StoreUnusableError || error instanceof ChainError;
}

function heldKey(found: { key: string; claims: KeyClaims } | undefined): HeldKey | undefined {
  return found && { ...found, refreshAfter: refreshAfter(found.claims.exp), expiresAt: found.claims.exp };
}
