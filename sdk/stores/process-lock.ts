import { link, readFile, readlink, rm, stat, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { fileSystemTime } from './file-clock.ts';

/** Age at which a lock of another machine or container is stale; a local holder is checked by its process. */
const staleAfterMs = 60_000;

/**
 * Acquires a lock file for this process. Takes over the file of a dead process. The file of another machine or container that shares the
 * folder is taken over when it was not touched for a minute.
 * @returns releases the lock; undefined while another process holds it
 */
export async function lockFile(path: string): Promise<(() => Promise<void>) | undefined> {
  const me = `${hostname()} ${process.pid} ${await startOf(process.pid)} ${crypto.randomUUID()} ${await pidNamespace()}`;
  if (await take(path, me)) return async () => await release(path, me);
  if (!(await isStale(path))) return undefined;
  // Removal has its own lock, so that a stale file is not confused with that of a faster process.
  const clearing = `${path}.clearing`;
  if (!(await take(clearing, me))) {
    if (await isStale(clearing)) await rm(clearing, { force: true });
    return undefined;
  }
  try {
    if (await isStale(path)) await rm(path, { force: true });
  } finally {
    await rm(clearing, { force: true });
  }
  return (await take(path, me)) ? async () => await release(path, me) : undefined;
}

/** Creates a file atomically with its content: an empty lock would name no holder. */
async function take(path: string, me: string): Promise<boolean> {
  const own = `${path}.${crypto.randomUUID()}`;
  try {
    await writeFile(own, me, { mode: 0o600 });
    await link(own, path);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(own, { force: true });
  }
}

async function release(path: string, me: string): Promise<void> {
  if ((await readFile(path, 'utf8').catch(() => '')) === me) await rm(path, { force: true });
}

async function isStale(path: string): Promise<boolean> {
  const here = await pidNamespace();
  const [host, pid, startedAt, , there = here] = (await readFile(path, 'utf8').catch(() => '')).split(' ');
  if (!host) return false;
  if (host === hostname() && there === here) return !(await isAlive(Number(pid), startedAt ?? ''));
  const now = await fileSystemTime(path);
  const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: now }));
  return now - mtimeMs > staleAfterMs;
}

/** Whether a process is alive. Process ids are reused, in a container soon: the start time identifies the holder. */
async function isAlive(pid: number, startedAt: string): Promise<boolean> {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (codeOf(error) !== 'EPERM') return false;
  }
  return startedAt === (await startOf(pid));
}

/** Returns the start time of a process in clock ticks since boot (proc(5), field 22 of stat); `-` where the system has no /proc. */
async function startOf(pid: number): Promise<string> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  const [state, ...fields] = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return state === 'Z' ? 'ended' : (fields[18] ?? '-');
}

/**
 * Returns the PID namespace, `pid:[4026531836]` (namespaces(7)): containers may share a host name and a folder, and each has a process 1.
 */
async function pidNamespace(): Promise<string> {
  return await readlink('/proc/self/ns/pid').catch(() => '-');
}

export function codeOf(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
}
