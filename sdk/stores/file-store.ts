import { createHash } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileSystemTime } from './file-clock.ts';
import { decodedName, type KeyStore, StoreUnusableError } from './key-store.ts';
import { codeOf, lockFile } from './process-lock.ts';

const extension = '.secret';
const waitMs = 20;
const longestWaitMs = 10_000;
const leftAfterMs = 600_000;

/**
 * Keeps each record in a file of its own that only this user may read (0600). A file is replaced as a whole and is on the disk
 * before `write` returns; processes of one machine, and of several that share the folder, may use it at the same time.
 * @throws StoreUnusable when the folder can't be used, or others may read it
 */
export async function openFileStore(folder: string): Promise<KeyStore> {
  await explained(folder, async () => {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const { mode } = await stat(folder);
    if (process.platform !== 'win32' && (mode & 0o077) !== 0)
      throw new StoreUnusableError(`Other users may read ${folder}, where keys are kept: chmod 700 ${folder}`);
    await clearAway(folder);
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
        const release = await patiently(async () => await lockFile(`${pathOf(name)}.writing`), folder);
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
    whereIs: async name => `the file ${pathOf(name)}`,
    lock: async name => await explained(folder, async () => await lockFile(`${pathOf(name)}.lock`)),
  };
}

/** What a process left that died while it wrote. */
async function clearAway(folder: string): Promise<void> {
  const drafts = (await readdir(folder)).filter(file => file.endsWith('.new'));
  if (drafts.length === 0) return;
  const now = await fileSystemTime(join(folder, 'drafts'));
  for (const file of drafts) {
    const { mtimeMs } = await stat(join(folder, file)).catch(() => ({ mtimeMs: now }));
    if (now - mtimeMs > leftAfterMs) await rm(join(folder, file), { force: true });
  }
}

/** A reader sees the old file or the new one, also after the power failed. */
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

/** The rename itself must reach the disk; some systems cannot sync a folder. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch(() => undefined);
  await handle?.sync().catch(() => {});
  await handle?.close();
}

async function patiently<T>(attempt: () => Promise<T | undefined>, folder: string): Promise<T> {
  const until = performance.now() + longestWaitMs;
  for (;;) {
    const result = await attempt();
    if (result !== undefined) return result;
    if (performance.now() > until)
      throw new StoreUnusableError(`Another process keeps ${folder} locked: does it hang?`);
    await new Promise(resolve => setTimeout(resolve, waitMs * (0.5 + Math.random())));
  }
}

/** Every record is another text than the one before it: each holds a new key or a new random name. */
function versionOf(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}

function notThere(error: unknown): undefined {
  if (codeOf(error) !== 'ENOENT') throw error;
  return undefined;
}

const remedies: Readonly<Record<string, string>> = {
  EACCES: 'this user may not: give it the folder (chown), or name another one',
  EPERM: 'this user may not: give it the folder (chown), or name another one',
  EROFS: 'the file system is read-only: name another folder',
  ENOSPC: 'the disk is full',
  ENOTDIR: 'a part of the path is no folder',
  EEXIST: 'it is a file: name a folder',
};

async function explained<T>(folder: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof StoreUnusableError) throw error;
    const code = codeOf(error);
    if (typeof code !== 'string') throw error;
    throw new StoreUnusableError(`The keys in ${folder} can't be kept: ${remedies[code] ?? code}.`, error);
  }
}
