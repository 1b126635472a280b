import { link, readFile, readlink, rm, stat, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { fileSystemTime } from './file-clock.ts';

/** The holder is looked at, not its clock: a lock of another machine or container alone is judged by its age. */
const staleAfterMs = 60_000;

/**
 * Takes a lock file for this process. The file of a process that is dead is taken over; that of another machine or container, which
 * shares the folder, when nobody has touched it for a minute.
 * @returns gives it back; undefined while somebody else has it
 */
export async function lockFile(path: string): Promise<(() => Promise<void>) | undefined> {
  const me = `${hostname()} ${process.pid} ${await startOf(process.pid)} ${crypto.randomUUID()} ${await namesOfProcesses()}`;
  if (await take(path, me)) return async () => await giveBack(path, me);
  if (!(await isLeft(path))) return undefined;
  // Who clears away holds a lock of its own, so that nobody removes the file of the one who was faster.
  const clearing = `${path}.clearing`;
  if (!(await take(clearing, me))) {
    if (await isLeft(clearing)) await rm(clearing, { force: true });
    return undefined;
  }
  try {
    if (await isLeft(path)) await rm(path, { force: true });
  } finally {
    await rm(clearing, { force: true });
  }
  return (await take(path, me)) ? async () => await giveBack(path, me) : undefined;
}

/** The file appears with its content at once: an empty lock would name no holder. */
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

async function giveBack(path: string, me: string): Promise<void> {
  if ((await readFile(path, 'utf8').catch(() => '')) === me) await rm(path, { force: true });
}

async function isLeft(path: string): Promise<boolean> {
  const here = await namesOfProcesses();
  const [host, pid, startedAt, , there = here] = (await readFile(path, 'utf8').catch(() => '')).split(' ');
  if (!host) return false;
  if (host === hostname() && there === here) return !(await isAlive(Number(pid), startedAt ?? ''));
  const now = await fileSystemTime(path);
  const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: now }));
  return now - mtimeMs > staleAfterMs;
}

/** Numbers of processes come back, in a container soon: the start time tells the holder from a later process. */
async function isAlive(pid: number, startedAt: string): Promise<boolean> {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (codeOf(error) !== 'EPERM') return false;
  }
  return startedAt === (await startOf(pid));
}

/** @returns clock ticks since boot (proc(5), field 22 of stat); `-` where the system has no /proc */
async function startOf(pid: number): Promise<string> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  const [state, ...fields] = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return state === 'Z' ? 'ended' : (fields[18] ?? '-');
}

/** Containers may share a host name and a folder, and each has a process 1. @returns `pid:[4026531836]`, namespaces(7) */
async function namesOfProcesses(): Promise<string> {
  return await readlink('/proc/self/ns/pid').catch(() => '-');
}

export function codeOf(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
}
