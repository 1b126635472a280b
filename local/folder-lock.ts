import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { readJsonFile } from './json-file.ts';

/** Another server works in the folder. */
class FolderInUse extends Error {
  constructor(folder: string, pid: number) {
    super(`A license server runs on ${folder} already (process ${pid}): end it, or choose another folder with --data.`);
    this.name = 'FolderInUse';
  }
}

const Holder = z.object({ pid: z.int(), startedAt: z.string() });

/**
 * Takes a folder for this process; what a process left that ended without giving it back is taken over.
 *
 * @returns gives it back
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
    if (holder && isStillThere(holder)) throw new FolderInUse(folder, holder.pid);
    rmSync(path, { force: true });
  }
}

/** Numbers of processes come back, in a container soon: the start time tells the holder from a later process. */
function isStillThere({ pid, startedAt }: z.infer<typeof Holder>): boolean {
  if (pid === process.pid) return startedAt === startOf(pid);
  try {
    process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
  return startedAt === startOf(pid);
}

/** @returns clock ticks since boot (proc(5), field 22 of stat); empty for a zombie, and where the system has no /proc */
function startOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const [state, ...fields] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return state === 'Z' ? '' : (fields[18] ?? '');
  } catch {
    return '';
  }
}
