import { isoTime } from '../../domain/kernel/time.ts';
import type { Client } from '../client.ts';
import { type PinnedRoot, rootsOf } from '../pinned-root.ts';
import { createKnownRoots, type KnownRoots, rootsBy } from '../roots/known-roots.ts';
import type { KeyStore } from '../stores/key-store.ts';
import { ConfigurationError } from './configuration-error.ts';
import type { Finding } from './finding.ts';
import { probeServer } from './probe-server.ts';

export interface PreflightSettings {
  readonly client: Client;
  /** This application: `hub/hwf`. */
  readonly application: string;
  readonly root: PinnedRoot;
  readonly store: KeyStore;
}

/**
 * Checks the configuration of an application before it serves requests: the store can be read, written and listed, the pinned Root
 * is the server's, the server knows the application's key.
 * @returns transient findings, such as an unreachable server: the application can start and rely on the grace period
 * @throws ConfigurationError with the remedy of every fault
 */
export async function preflight(settings: PreflightSettings): Promise<readonly string[]> {
  const findings = (await Promise.all([checkStore(settings.store), checkServer(settings)])).flat();
  const faults = findings.filter(({ isBlocking }) => isBlocking);
  if (faults.length > 0) throw new ConfigurationError(faults.map(({ message }) => message));
  return findings.map(({ message }) => message);
}

async function checkServer({ client, application, root, store }: PreflightSettings): Promise<readonly Finding[]> {
  let roots: KnownRoots;
  try {
    roots = createKnownRoots({ ...rootsBy(client), root, store });
  } catch (error) {
    return [{ isBlocking: true, message: messageOf(error) }];
  }
  // An unreadable store is reported by `checkStore`.
  await roots.load().catch(() => {});
  return await probeServer({ client, application, pinned: rootsOf(root), known: roots.pinned.root });
}

const place = 'preflight';

/** Reads, writes and lists the store, so that a fault is found now and not at the first refresh. A write conflict proves the same. */
async function checkStore(store: KeyStore): Promise<readonly Finding[]> {
  try {
    const before = await store.read(place);
    await store.write(place, JSON.stringify({ checkedAt: isoTime(Math.floor(Date.now() / 1000)) }), before?.version);
    await store.names();
    return [];
  } catch (error) {
    return [{ isBlocking: true, message: messageOf(error) }];
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
