import { createHash } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileSystemTime } from './file-clock.ts';
import { decodedName, type KeyStore, StoreError } from './key-store.ts';
import { codeOf, lockFile } from './process-lock.ts';

const extension = '.secret';
const waitMs = 20;
const maxWaitMs = 10_000;
const staleAfterMs = 600_000;

/**
 * Opens a store that keeps each record in a file of mode 0600. A file is replaced atomically and synced to the disk
 * before `write` returns. Processes of one machine, or of several that share the folder, may use it concurrently.
 * @throws StoreError when the folder can't be used, or others may read it
 */
export async function openFileStore(folder: string): Promise<KeyStore> {
  await explained(folder, async () => {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const { mode } = await stat(folder);
    if (process.platform !== 'win32' && (mode & 0o077) !== 0)
      throw new StoreError(
        `The folder ${folder} with keys is readable by other users: expected mode 0700. Run chmod 700 ${folder}`,
      );
    await removeStale(folder);
  });
  const pathOf = (name: string) => join(folder, `${encodeURIComponent(name)}${extension}`);
  const read: KeyStore['read'] = async name =>
    await explained(folder, async () => {
      const text = await readFile(pathOf(name), 'utf8').catch(notThere);
      return text === undefined ? undefined : { text, version: versionOf(text) };
    });
  return {
    read,
    write: async (name, text, before) =>
      await explained(folder, async () => {
        const release = await retryUntilFree(async () => await lockFile(`${pathOf(name)}.writing`), folder);
        try {
          if ((await read(name))?.version !== before) return undefined;
          await replaceFile(folder, pathOf(name), text);
          return versionOf(text);
        } finally {
          await release();
        }
      }),
    names: async () =>
      (await explained(folder, async () => await readdir(folder)))
        .filter(file => file.endsWith(extension))
        .flatMap(file => decodedName(file.slice(0, -extension.length)) ?? []),
    locationOf: async name => `the file ${pathOf(name)}`,
    lock: async name => await explained(folder, async () => await lockFile(`${pathOf(name)}.lock`)),
  };
}

/** Removes temporary files of processes that died while they wrote. */
async function removeStale(folder: string): Promise<void> {
  const drafts = (await readdir(folder)).filter(file => file.endsWith('.new'));
  if (drafts.length === 0) return;
  const now = await fileSystemTime(join(folder, 'drafts'));
  for (const file of drafts) {
    const { mtimeMs } = await stat(join(folder, file)).catch(() => ({ mtimeMs: now }));
    if (now - mtimeMs > staleAfterMs) await rm(join(folder, file), { force: true });
  }
}

/** Replaces a file atomically, also across a power failure. */
async function replaceFile(folder: string, path: string, text: string): Promise<void> {
  const temporary = `${path}.${crypto.randomUUID()}.new`;
  try {
    const file = await open(temporary, 'wx', 0o600);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  await syncFolder(folder);
}

/** Syncs the rename to the disk; ignores systems that cannot sync a folder. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch(() => undefined);
  await handle?.sync().catch(() => {});
  await handle?.close();
}

async function retryUntilFree<T>(attempt: () => Promise<T | undefined>, folder: string): Promise<T> {
  const until = performance.now() + maxWaitMs;
  for (;;) {
    const result = await attempt();
    if (result !== undefined) return result;
    if (performance.now() > until)
      throw new StoreError(
        `The folder ${folder} is locked by another process for more than 10 seconds. Check whether that process hangs.`,
      );
    await new Promise(resolve => setTimeout(resolve, waitMs * (0.5 + Math.random())));
  }
}

/** Returns the hash of the text. Consecutive texts differ: each contains a new key or a new random name. */
function versionOf(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}

function notThere(error: unknown): undefined {
  if (codeOf(error) !== 'ENOENT') throw error;
  return undefined;
}

const remedies: Readonly<Record<string, string>> = {
  EACCES: 'permission denied. Give the folder to this user (chown), or use another one',
  EPERM: 'permission denied. Give the folder to this user (chown), or use another one',
  EROFS: 'the file system is read-only. Use another folder',
  ENOSPC: 'the disk is full',
  ENOTDIR: 'a part of the path is not a folder',
  EEXIST: 'the path is a file. Use a folder',
};

async function explained<T>(folder: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof StoreError) throw error;
    const code = codeOf(error);
    if (typeof code !== 'string') throw error;
    throw new StoreError(`The store in ${folder} can't be used: ${remedies[code] ?? code}.`, error);
  }
}
