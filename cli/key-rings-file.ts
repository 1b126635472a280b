import { readFileSync, writeFileSync } from 'node:fs';
import * as z from 'zod';
import { firstKeys, KeyRings } from '../domain/trust/key-ring.ts';
import { UsageError } from './exit.ts';

const Stages = z.record(z.string(), KeyRings);

/** The rings of one stage, and the file with others put in their place. */
export interface KeyRingsFile {
  readonly rings: KeyRings;
  write(rings: KeyRings): void;
}

/** @throws UsageError when the file can't be read, or does not name the stage */
export function openKeyRings(path: string, stage: string): KeyRingsFile {
  const stages = readStages(path);
  const rings = stages[stage];
  if (!rings)
    throw new UsageError(`${path} has no stage ${stage}; it has: ${Object.keys(stages).join(', ') || 'none'}.`);
  return {
    rings,
    write: changed => writeFileSync(path, `${JSON.stringify({ ...stages, [stage]: changed }, undefined, 2)}\n`),
  };
}

/** The rings of one stage; a stage that the file does not name has its first keys. @throws UsageError when the file can't be read */
export function ringsOfStage(path: string, stage: string): KeyRings {
  return readStages(path)[stage] ?? firstKeys;
}

function readStages(path: string): z.infer<typeof Stages> {
  const stages = Stages.safeParse(parseFile(path));
  if (!stages.success) throw new UsageError(`${path} is wrong:\n${z.prettifyError(stages.error)}`);
  return stages.data;
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
