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
  /** who this is: `hub/hwf` */
  readonly application: string;
  readonly root: PinnedRoot;
  readonly store: KeyStore;
}

/**
 * Looks at all that an application was given, before it serves anybody: the store can be read, written and listed, the Root is the one
 * that the server works under, the server knows the application by its key.
 * @returns what may pass by itself, such as a server that can't be reached: an application starts all the same and lives on its grace
 * @throws Misconfigured with the mend of every fault
 */
export async function preflight(settings: PreflightSettings): Promise<readonly string[]> {
  const findings = (await Promise.all([lookAtStore(settings.store), lookAtRoot(settings)])).flat();
  const faults = findings.filter(({ needsMending }) => needsMending);
  if (faults.length > 0) throw new ConfigurationError(faults.map(({ message }) => message));
  return findings.map(({ message }) => message);
}

async function lookAtRoot({ client, application, root, store }: PreflightSettings): Promise<readonly Finding[]> {
  let roots: KnownRoots;
  try {
    roots = createKnownRoots({ ...rootsBy(client), root, store });
  } catch (error) {
    return [{ needsMending: true, message: messageOf(error) }];
  }
  // A store that can't be read is found by the look at the store.
  await roots.load().catch(() => {});
  return await probeServer({ client, application, pinned: rootsOf(root), known: roots.pinned.root });
}

const place = 'preflight';

/** What can't be written is found out now, not at the first refresh. Who writes at the same moment has shown the same. */
async function lookAtStore(store: KeyStore): Promise<readonly Finding[]> {
  try {
    const before = await store.read(place);
    await store.write(place, JSON.stringify({ lookedAt: isoTime(Math.floor(Date.now() / 1000)) }), before?.version);
    await store.names();
    return [];
  } catch (error) {
    return [{ needsMending: true, message: messageOf(error) }];
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
