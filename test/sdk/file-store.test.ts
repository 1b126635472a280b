import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { openFileStore } from '../../sdk/stores/file-store.ts';
import { StoreError } from '../../sdk/stores/key-store.ts';
import { lockFile } from '../../sdk/stores/process-lock.ts';

let folder: string;
beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), 'file-store-')), 'keys');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('the file store', () => {
  it('keeps its files from others, and leaves nothing else behind', async () => {
    const store = await openFileStore(folder);
    await store.write('plant', 'secret', undefined);
    expect(readdirSync(folder)).toEqual(['plant.secret']);
    expect(statSync(join(folder, 'plant.secret')).mode & 0o777).toBe(0o600);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
  });

  it('refuses a folder that others may read, and names the remedy', async () => {
    mkdirSync(folder, { mode: 0o755 });
    chmodSync(folder, 0o755);
    await expect(openFileStore(folder)).rejects.toThrow(`chmod 700 ${folder}`);
  });

  it('explains a folder that is none', async () => {
    writeFileSync(folder, '');
    await expect(openFileStore(folder)).rejects.toBeInstanceOf(StoreError);
    await expect(openFileStore(folder)).rejects.toThrow('the path is a file. Use a folder');
    await expect(openFileStore(join(folder, 'below'))).rejects.toThrow('a part of the path is not a folder');
  });

  it('gives a lock to one at a time', async () => {
    const store = await openFileStore(folder);
    const release = await store.lock?.('plant');
    expect(await store.lock?.('plant')).toBeUndefined();
    expect(await store.lock?.('other')).toBeDefined();
    await release?.();
    expect(await store.lock?.('plant')).toBeDefined();
  });

  it('takes over the lock of a process that is dead, not of one that lives', async () => {
    mkdirSync(folder, { mode: 0o700 });
    const path = join(folder, 'lock');
    for (const left of [`${hostname()} 999999999 1 x`, `${hostname()} ${process.pid} 1 x`]) {
      writeFileSync(path, left);
      const release = await lockFile(path);
      expect(release).toBeDefined();
      await release?.();
    }
    writeFileSync(path, 'another-host 1 1 x');
    expect(await lockFile(path)).toBeUndefined();
  });

  it('takes no lock of another container for that of a dead process, though both go by one host name', async () => {
    mkdirSync(folder, { mode: 0o700 });
    const path = join(folder, 'lock');
    await lockFile(path);
    const inAnother = readFileSync(path, 'utf8')
      .replace(/^(\S+) \d+/, '$1 999999999')
      .replace(/pid:\[\d+\]/, 'pid:[1]');
    writeFileSync(path, inAnother);
    expect(await lockFile(path)).toBeUndefined();
  });

  describe('whose files are dated by the clock of the file system', () => {
    const minute = 60_000;
    const age = (path: string, ms: number) => {
      const at = (statSync(path).mtimeMs - ms) / 1000;
      utimesSync(path, at, at);
    };
    afterEach(() => {
      jest.restoreAllMocks();
    });

    it.each([-2 * 365, -1, 0, 1, 2 * 365])(
      'judges the lock of another machine by it, though the clock of this machine is %i days off',
      async days => {
        mkdirSync(folder, { mode: 0o700 });
        const path = join(folder, 'lock');
        jest.spyOn(Date, 'now').mockReturnValue(statSync(folder).mtimeMs + days * 1440 * minute);
        writeFileSync(path, 'another-host 1 1 x');
        age(path, minute / 2);
        expect(await lockFile(path)).toBeUndefined();
        age(path, minute);
        const release = await lockFile(path);
        expect(release).toBeDefined();
        await release?.();
        expect(readdirSync(folder)).toEqual([]);
      },
    );

    it.each([-2 * 365, 0, 2 * 365])('clears away old drafts alone, though that clock is %i days off', async days => {
      mkdirSync(folder, { mode: 0o700 });
      jest.spyOn(Date, 'now').mockReturnValue(statSync(folder).mtimeMs + days * 1440 * minute);
      for (const [name, ms] of [['young.new', 9 * minute] as const, ['old.new', 11 * minute] as const]) {
        writeFileSync(join(folder, name), 'draft');
        age(join(folder, name), ms);
      }
      await openFileStore(folder);
      expect(readdirSync(folder)).toEqual(['young.new']);
    });
  });

  it('lists its own records only', async () => {
    const store = await openFileStore(folder);
    await store.write('plant', '1', undefined);
    writeFileSync(join(folder, '%zz.secret'), 'x');
    expect(await store.names()).toEqual(['plant']);
  });

  it('lets one of many take over what a dead process left', async () => {
    mkdirSync(folder, { mode: 0o700 });
    const taken: number[] = [];
    for (let round = 0; round < 20; round++) {
      const path = join(folder, `lock-${round}`);
      writeFileSync(path, `${hostname()} 999999999 1 x`);
      const takers = await Promise.all(Array.from({ length: 8 }, async () => await lockFile(path)));
      taken.push(takers.filter(release => release !== undefined).length);
    }
    expect(Math.max(...taken)).toBe(1);
  });
});
