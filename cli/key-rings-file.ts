import { readFileSync, writeFileSync } from 'node:fs';
import * as z from 'zod';
import { KeyRings } from '../domain/key-ring.ts';
import { UsageError } from './end.ts';

const Stages = z.record(z.string(), KeyRings);

/** The rings of one stage, and the file with others put in their place. */
export interface KeyRingsFile {
  readonly rings: KeyRings;
  write(rings: KeyRings): void;
}

/** @throws UsageError when the file can't be read, or does not name the stage */
export function openKeyRings(path: string, stage: string): KeyRingsFile {
  const stages = Stages.safeParse(parseFile(path));
  if (!stages.success) throw new UsageError(`${path} is wrong:\n${z.prettifyError(stages.error)}`);
  const rings = stages.data[stage];
  if (!rings)
    throw new UsageError(`${path} has no stage ${stage}; it has: ${Object.keys(stages.data).join(', ') || 'none'}.`);
  return {
    rings,
    write: changed => writeFileSync(path, `${JSON.stringify({ ...stages.data, [stage]: changed }, undefined, 2)}\n`),
  };
}

function parseFile(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new UsageError(
      `${path} can't be read (${error instanceof Error ? error.message : error}). Run this in the project's folder, or name the file with --rings.`,
    );
  }
}
