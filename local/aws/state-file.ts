import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import * as z from 'zod';
import { kmsState } from './kms-store.ts';
import { secretsState } from './secret-store.ts';

const awsState = z.object({ version: z.literal(1), kms: kmsState, secrets: secretsState });

export type AwsState = z.infer<typeof awsState>;

/** Thrown when the state file is invalid; it is not changed. */
export class CorruptStateFileError extends Error {
  constructor(path: string, reason: string) {
    super(`The state file ${path} is invalid (${reason}). Use --fresh to start with an empty state.`);
    this.name = 'CorruptStateFile';
  }
}

/**
 * Reads the state; `undefined` when there is no file yet.
 *
 * @throws CorruptStateFile
 */
export function loadState(path: string): AwsState | undefined {
  if (!existsSync(path)) return undefined;
  const result = awsState.safeParse(parseJson(path, readFileSync(path, 'utf8')));
  if (result.success) return result.data;
  const where = result.error.issues[0]?.path.join('.') || 'its root';
  throw new CorruptStateFileError(path, `unexpected content at ${where}`);
}

/** Replaces the file atomically, also across a crash. */
export function saveState(path: string, state: AwsState): void {
  mkdirSync(dirname(path), { recursive: true });
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    rmSync(temporary, { force: true });
    writeFileSync(temporary, JSON.stringify(state), { mode: 0o600, flag: 'wx', flush: true });
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

/** Parses JSON; omits the message of the parser, which may quote private keys. */
function parseJson(path: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new CorruptStateFileError(path, 'it is not JSON');
  }
}
