import * as z from 'zod';
import { ChainError } from '../../domain/chain/chain-error.ts';
import type { Client } from '../client.ts';
import { ProblemError } from '../problem-error.ts';
import { genuineKey } from '../roots/genuine-key.ts';
import type { KnownRoots } from '../roots/known-roots.ts';
import { randomName } from '../sign-request.ts';
import { contendedRecord, type KeyStore, keysPrefix, StoreError, withPrefix } from '../stores/key-store.ts';
import type { KeyClaims } from '../verify.ts';
import { isHeld, isRequested, KeyRecord, keyOf } from './key-record.ts';
import { afterRefusal, type Intent, isReissue, type KeyStep, nextStep } from './key-state.ts';

export interface KeyWorkSettings {
  readonly client: Client;
  readonly roots: KnownRoots;
  readonly store: KeyStore;
}

export interface KeyWork {
  load(name: string): Promise<{ key: string; claims: KeyClaims } | undefined>;
  /** Executes scheduled and requested steps until none is left. @throws ProblemError, StoreError */
  run(name: string, intent?: Intent): Promise<void>;
  replace(name: string, record: KeyRecord): Promise<void>;
  names(): Promise<readonly string[]>;
}

const Answer = z.object({ key: z.string() });
const maxSteps = 50;
const lockPollMs = 100;
const maxLockWaitMs = 120_000;

/** Serializes the work on each key: in this process by a queue, among processes by the lock of the store, if it has one. */
export function createKeyWork({ client, roots, store: shared }: KeyWorkSettings): KeyWork {
  const store = withPrefix(shared, keysPrefix);
  const busy = new Map<string, Promise<unknown>>();
  let loading: Promise<void> | undefined;
  async function claimsOf(key: string): Promise<KeyClaims> {
    loading ??= roots.load();
    await loading.catch(error => {
      loading = undefined;
      throw error;
    });
    return await genuineKey(key, roots);
  }

  /** @param intent with a reissue, an unverifiable key is accepted: its Root may have been compromised and unpinned */
  async function load(name: string, intent?: Intent) {
    const stored = await store.read(name);
    const record = parsed(name, stored?.text);
    const key = keyOf(record);
    const claims =
      key === undefined ? undefined : await claimsOf(key).catch(unless(isRequested(record) || isReissue(intent)));
    return { record, key, claims, version: stored?.version };
  }

  async function advance(name: string, intent: Intent | undefined): Promise<void> {
    let pending = intent;
    for (let turn = 0; turn < maxSteps; turn++) {
      const found = await load(name, pending);
      const context = { now: client.now(), intent: pending, freshIdempotencyKey: randomName() };
      const step = nextStep(found.record, found.claims, context);
      if (step.kind === 'none') return;
      if (step.kind === 'persist') await store.write(name, JSON.stringify(step.record), found.version);
      else if (await send(name, step, found)) pending = step.fulfils ? undefined : pending;
      // Another process may have written in between; the next iteration loads its record.
    }
    throw contendedRecord(name);
  }

  /** Sends a request and stores its key. @returns whether it was answered; false when another process has replaced the record meanwhile */
  async function send(name: string, step: Extract<KeyStep, { kind: 'send' }>, found: Awaited<ReturnType<typeof load>>) {
    const { operation, input, idempotencyKey } = step;
    try {
      const { key } = Answer.parse(await client.callByName(operation, input, { idempotencyKey }));
      // A forged key must not replace a genuine one; the record stays, and the request is sent again.
      const { sub, gen } = await claimsOf(key);
      const before = isHeld(found.record) ? found.claims : undefined;
      const expected = before?.sub ?? (input.siteId === undefined ? sub : `site:${input.siteId}`);
      if (sub !== expected)
        throw new Error(`The key in the answer is invalid: expected one of ${expected}, got one of ${sub}.`);
      if (before && gen <= before.gen)
        throw new Error('The key in the answer is invalid: expected a newer generation.');
      await store.write(name, JSON.stringify({ key }), found.version);
      return true;
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      const isReplaced = (await store.read(name))?.version !== found.version;
      if (error.code === 'key-superseded' && isReplaced) return false;
      const record = afterRefusal(found.record, error.code);
      if (record) await store.write(name, JSON.stringify(record), found.version);
      throw error;
    }
  }

  async function inTurn<T>(name: string, work: () => Promise<T>): Promise<T> {
    const turn = (busy.get(name) ?? Promise.resolve()).catch(() => {}).then(work);
    busy.set(name, turn);
    try {
      return await turn;
    } finally {
      if (busy.get(name) === turn) busy.delete(name);
    }
  }

  /** Runs work under the lock of the store. Scheduled work is skipped when another process holds the lock. */
  async function locked(name: string, isRequested: boolean, work: () => Promise<void>): Promise<void> {
    const until = performance.now() + maxLockWaitMs;
    for (;;) {
      const release = store.lock ? await store.lock(name) : async () => {};
      if (release) return await work().finally(release);
      if (!isRequested) return;
      if (performance.now() > until)
        throw new StoreError(
          `The record ${name} is locked by another process for more than two minutes. Check whether that process hangs.`,
        );
      await new Promise(resolve => setTimeout(resolve, lockPollMs));
    }
  }

  return {
    names: store.names,
    async load(name) {
      const { key, claims } = await load(name);
      return key !== undefined && claims ? { key, claims } : undefined;
    },
    run: async (name, intent) =>
      await inTurn(name, async () => await locked(name, intent !== undefined, async () => await advance(name, intent))),
    replace: async (name, record) =>
      await inTurn(
        name,
        async () =>
          await locked(name, true, async () => {
            if (isHeld(record)) await claimsOf(record.key);
            for (let turn = 0; turn < maxSteps; turn++)
              if (await store.write(name, JSON.stringify(record), (await store.read(name))?.version)) return;
            throw contendedRecord(name);
          }),
      ),
  };
}

function parsed(name: string, text: string | undefined): KeyRecord {
  if (text === undefined) return {};
  try {
    return KeyRecord.parse(JSON.parse(text));
  } catch {
    // No `cause`: it may quote the secret.
    throw new StoreError(`The record ${name} is invalid: expected a key record. Restore it, or forget it.`);
  }
}

function unless(isReplaced: boolean): (error: unknown) => undefined {
  return error => {
    if (!(isReplaced && error instanceof ChainError)) throw error;
    return undefined;
  };
}
