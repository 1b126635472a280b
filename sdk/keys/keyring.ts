import { ChainError } from '../../domain/chain/chain-error.ts';
import { refreshAfter } from '../../domain/site-licensing/key-lifetime.ts';
import type { Client, Input } from '../client.ts';
import { isBackingOff } from '../is-backing-off.ts';
import { listener } from '../listener.ts';
import type { PinnedRoot } from '../pinned-root.ts';
import { isRefusal } from '../problem-error.ts';
import { createKnownRoots, rootsBy } from '../roots/known-roots.ts';
import { startPolling } from '../start-polling.ts';
import { type KeyStore, StoreError } from '../stores/key-store.ts';
import type { KeyClaims } from '../verify.ts';
import type { KeySource } from './key-record.ts';
import { createKeyWork } from './key-work.ts';

/** A key with its verified claims and times. */
export interface HeldKey {
  readonly key: string;
  readonly claims: KeyClaims;
  /** Start of the refresh period: server time in seconds since 1970. */
  readonly refreshAfter: number;
  readonly expiresAt: number;
}

export interface KeyringSettings {
  readonly client: Client;
  readonly root: PinnedRoot;
  readonly store: KeyStore;
  /** Receives each key that could not be refreshed; an empty name for errors of no single key. On `key-superseded` investigate: another party holds a copy of the key. */
  readonly onError?: ((name: string, error: unknown) => void) | undefined;
}

/** Keys of an application's sites and enterprises, by names that the application chooses. */
export interface Keyring {
  /** Returns a key; undefined when no key has this name. */
  current(name: string): Promise<HeldKey | undefined>;
  /**
   * Creates a site or an enterprise and stores its first key; returns the stored key if there is one. After a crash, a repeat creates no
   * second one within 24 h. Later a site's reference is `reference-taken`: find it by list-sites and obtain its key by reissue-key.
   * @throws ProblemError
   */
  obtain<S extends KeySource>(name: string, operation: S, input: Input<S>): Promise<HeldKey>;
  /** Stores a key that was obtained elsewhere. @throws ChainError when it is not genuine */
  adopt(name: string, key: string): Promise<HeldKey>;
  /** Refreshes a key now. @param mode `production` promotes a dev site @throws ProblemError */
  refresh(name: string, mode?: 'production'): Promise<HeldKey>;
  /** Refreshes every key whose refresh is scheduled, and completes interrupted requests. */
  refreshDue(): Promise<void>;
  /** Removes a key, for example after its site was deleted. */
  forget(name: string): Promise<void>;
  /** Runs `refreshDue` every quarter of an hour. @returns stops it */
  start(): () => void;
}

/** Backoff after a refusal: an earlier retry would only raise the same alert. */
const refusalBackoffSeconds = 6 * 3600;

/** Creates a keyring, which stores and refreshes keys. Crashes, lost answers and concurrent processes still lead to exactly one valid key. */
export function createKeyring(settings: KeyringSettings): Keyring {
  const { client, store } = settings;
  const onError = listener(settings.onError);
  const roots = createKnownRoots({ ...settings, ...rootsBy(client), onError: error => onError('', error) });
  const work = createKeyWork({ client, store, roots });
  const refusedAt = new Map<string, number>();
  /** Names of the keys that failed, the latest at the end. */
  const failed = new Set<string>();
  const current: Keyring['current'] = async name => heldKey(await work.load(name));
  const mustHold = async (name: string): Promise<HeldKey> => {
    const held = await current(name);
    if (!held) throw new Error(`The key ${name} is missing in the store. Obtain or adopt it first.`);
    return held;
  };
  const refreshOne = async (name: string): Promise<boolean> => {
    if (isBackingOff(refusedAt.get(name) ?? Number.NEGATIVE_INFINITY, refusalBackoffSeconds, client.now())) return true;
    failed.delete(name);
    try {
      await work.run(name);
      refusedAt.delete(name);
      return true;
    } catch (error) {
      failed.add(name);
      if (isRefusal(error)) refusedAt.set(name, client.now());
      onError(name, error);
      return isOfOneKey(error);
    }
  };
  const refreshDue = async () => {
    const names = new Set(await work.names());
    const lastOnes = [...failed].filter(name => names.delete(name));
    // An unreachable server fails the other keys too; a key that fails alone is tried last next time.
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
    start: () => startPolling(refreshDue, error => onError('', error)),
  };
}

/** Whether an error concerns one key alone: a refusal, or a damaged record. */
function isOfOneKey(error: unknown): boolean {
  return isRefusal(error) || error instanceof StoreError || error instanceof ChainError;
}

function heldKey(found: { key: string; claims: KeyClaims } | undefined): HeldKey | undefined {
  return found && { ...found, refreshAfter: refreshAfter(found.claims.exp), expiresAt: found.claims.exp };
}
