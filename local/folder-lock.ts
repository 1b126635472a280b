import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { readJsonFile } from './json-file.ts';

/** Thrown when another server uses the folder. */
class FolderInUseError extends Error {
  constructor(folder: string, pid: number) {
    super(
      `The folder ${folder} is in use by another license server (process ${pid}). Stop it, or choose another folder with --data.`,
    );
    this.name = 'FolderInUse';
  }
}

const Holder = z.object({ pid: z.int(), startedAt: z.string() });

/**
 * Locks a folder for this process; takes over the lock of a process that has ended.
 *
 * @returns releases the lock
 * @throws FolderInUse
 */
export function lockFolder(folder: string): () => void {
  const path = join(folder, 'lock.json');
  const me = JSON.stringify({ pid: process.pid, startedAt: startOf(process.pid) });
  for (;;) {
    try {
      writeFileSync(path, me, { flag: 'wx', mode: 0o600 });
      return () => rmSync(path, { force: true });
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    }
    const holder = readJsonFile(path, Holder);
    if (holder && isAlive(holder)) throw new FolderInUseError(folder, holder.pid);
    rmSync(path, { force: true });
  }
}

/** Whether the holder is alive. Process ids are reused, in a container soon: the start time identifies the holder. */
function isAlive({ pid, startedAt }: z.infer<typeof Holder>): boolean {
  if (pid === process.pid) return startedAt === startOf(pid);
  try {
    process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
  return startedAt === startOf(pid);
}

/** Returns the start time in clock ticks since boot (proc(5), field 22 of stat); empty for a zombie, and where the system has no /proc. */
function startOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const [state, ...fields] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return state === 'Z' ? '' : (fields[18] ?? '');
  } catch {
    return '';
  }
}
