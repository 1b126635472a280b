import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { readJsonFile, writeFileWhole } from './json-file.ts';

/** How a command of this machine reaches a running server: where it listens for commands, and what proves that it may. */
export interface ControlAddress {
  readonly url: string;
  /** who can read the folder may command the server */
  readonly token: string;
}

const Address = z.object({ url: z.url(), token: z.string() });
const pathIn = (folder: string) => join(folder, 'control.json');

export function newControlToken(): string {
  return randomUUID();
}

/** @returns takes it away again */
export function writeControlAddress(folder: string, address: ControlAddress): () => void {
  writeFileWhole(pathIn(folder), JSON.stringify(address));
  return () => rmSync(pathIn(folder), { force: true });
}

/** @returns undefined when no server has put one there */
export function readControlAddress(folder: string): ControlAddress | undefined {
  return readJsonFile(pathIn(folder), Address);
}
