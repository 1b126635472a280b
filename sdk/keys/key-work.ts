import * as z from 'zod';
import { ChainError } from '../../domain/chain/chain-error.ts';
import type { Client } from '../client.ts';
import { ProblemError } from '../problem-error.ts';
import { genuineKey } from '../roots/genuine-key.ts';
import type { KnownRoots } from '../roots/known-roots.ts';
import { randomName } from '../sign-request.ts';
import { inPlace, type KeyStore, overwritten, placeOfKeys, StoreUnusableError } from '../stores/key-store.ts';
import type { KeyClaims } from '../verify.ts';
import { isAsking, isHeld, KeyRecord, keyOf } from './key-record.ts';
import { afterRefusal, type Intent, isReissue, type KeyStep, nextStep } from './key-state.ts';

export interface KeyWorkSettings {
  readonly client: Client;
  readonly roots: KnownRoots;
  readonly store: KeyStore;
}

export interface KeyWork {
  look(name: string): Promise<{ key: string; claims: KeyClaims } | undefined>;
  /** Does what is due or wished, step by step, until nothing is left to do. @throws ProblemError, StoreUnusable */
  run(name: string, wish?: Intent): Promise<void>;
  replace(name: string, record: KeyRecord): Promise<void>;
  names(): Promise<readonly string[]>;
}

const Answer = z.object({ key: z.string() });
const mostTurns = 50;
const lockPollMs = 100;
const longestLockMs = 120_000;

/** One key at a time per name: in this process by turns, among processes by the lock of the store, if it has one. */
export function createKeyWork({ client, roots, store: shared }: KeyWorkSettings): KeyWork {
  const store = inPlace(shared, placeOfKeys);
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

  /** @param wish a key that is to be replaced need not be genuine: it may stand under a Root that was compromised and is no longer pinned */
  async function look(name: string, wish?: Intent) {
    const stored = await store.read(name);
    const record = parsed(name, stored?.text);
    const key = keyOf(record);
    const claims =
      key === undefined ? undefined : await claimsOf(key).catch(unless(isAsking(record) || isReissue(wish)));
    return { record, key, claims, version: stored?.version };
  }

  async function travel(name: string, wish: Intent | undefined): Promise<void> {
    let wanted = wish;
    for (let turn = 0; turn < mostTurns; turn++) {
      const found = await look(name, wanted);
      const circumstances = { now: client.now(), wish: wanted, freshIdempotencyKey: randomName() };
      const step = nextStep(found.record, found.claims, circumstances);
      if (step.kind === 'rest') return;
      if (step.kind === 'persist') await store.write(name, JSON.stringify(step.record), found.version);
      else if (await send(name, step, found)) wanted = step.fulfils ? undefined : wanted;
      // Another process may have written in between; then its record counts, and is looked at next.
    }
    throw overwritten(name);
  }

  /** @returns whether it was answered; false when another process has gone on meanwhile */
  async function send(name: string, step: Extract<KeyStep, { kind: 'send' }>, found: Awaited<ReturnType<typeof look>>) {
    const { operation, input, idempotencyKey } = step;
    try {
      const { key } = Answer.parse(await client.callByName(operation, input, { idempotencyKey }));
      // A key that is not genuine must not take the place of one that is; the request stays as it is and is sent again.
      const { sub, gen } = await claimsOf(key);
      const before = isHeld(found.record) ? found.claims : undefined;
      const expected = before?.sub ?? (input.siteId === undefined ? sub : `site:${input.siteId}`);
      if (sub !== expected) throw new Error(`The server answered a key of ${sub}, not of ${expected}.`);
      if (before && gen <= before.gen) throw new Error('The server answered a key that is not newer.');
      await store.write(name, JSON.stringify({ key }), found.version);
      return true;
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      const wentOn = (await store.read(name))?.version !== found.version;
      if (error.code === 'key-superseded' && wentOn) return false;
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

  /** What is merely due is left to the process that is at it. */
  async function locked(name: string, isWished: boolean, work: () => Promise<void>): Promise<void> {
    const until = performance.now() + longestLockMs;
    for (;;) {
      const release = store.lock ? await store.lock(name) : async () => {};
      if (release) return await work().finally(release);
      if (!isWished) return;
      if (performance.now() > until)
        throw new StoreUnusableError(`Another process works on ${name} for minutes: does it hang?`);
      await new Promise(resolve => setTimeout(resolve, lockPollMs));
    }
  }

  return {
    names: store.names,
    async look(name) {
      const { key, claims } = await look(name);
      return key !== undefined && claims ? { key, claims } : undefined;
    },
    run: async (name, wish) =>
      await inTurn(name, async () => await locked(name, wish !== undefined, async () => await travel(name, wish))),
    replace: async (name, record) =>
      await inTurn(
        name,
        async () =>
          await locked(name, true, async () => {
            if (isHeld(record)) await claimsOf(record.key);
            for (let turn = 0; turn < mostTurns; turn++)
              if (await store.write(name, JSON.stringify(record), (await store.read(name))?.version)) return;
            throw overwritten(name);
          }),
      ),
  };
}

function parsed(name: string, text: string | undefined): KeyRecord {
  if (text === undefined) return {};
  try {
    return KeyRecord.parse(JSON.parse(text));
  } catch {
    // Without its cause: that may quote what is to be kept secret.
    throw new StoreUnusableError(`The record of ${name} is no key record: was it edited? Restore it, or forget it.`);
  }
}

function unless(isReplaced: boolean): (error: unknown) => undefined {
  return error => {
    if (!(isReplaced && error instanceof ChainError)) throw error;
    return undefined;
  };
}
