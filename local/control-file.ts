import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { readJsonFile, writeFileWhole } from './json-file.ts';

/** Address and token by which commands of this machine reach a running server. */
export interface ControlAddress {
  readonly url: string;
  /** Bearer token; readable by the owner of the folder. */
  readonly token: string;
}

const Address = z.object({ url: z.url(), token: z.string() });
const pathIn = (folder: string) => join(folder, 'control.json');

export function newControlToken(): string {
  return randomUUID();
}

/** Writes the address. @returns removes it */
export function writeControlAddress(folder: string, address: ControlAddress): () => void {
  writeFileWhole(pathIn(folder), JSON.stringify(address));
  return () => rmSync(pathIn(folder), { force: true });
}

/** Reads the address; undefined when no server has written one. */
export function readControlAddress(folder: string): ControlAddress | undefined {
  return readJsonFile(pathIn(folder), Address);
}
