import { readFileSync, writeFileSync } from 'node:fs';
import * as z from 'zod';
import { firstKeys, KeyRings } from '../domain/trust/key-ring.ts';
import { UsageError } from './exit.ts';

const Stages = z.record(z.string(), KeyRings);

/** Key rings of one stage, and the file that contains them. */
export interface KeyRingsFile {
  readonly rings: KeyRings;
  write(rings: KeyRings): void;
}

/** Opens the key rings of a stage. @throws UsageError when the file can't be read, or lacks the stage */
export function openKeyRings(path: string, stage: string): KeyRingsFile {
  const stages = readStages(path);
  const rings = stages[stage];
  if (!rings)
    throw new UsageError(
      `The stage ${stage} is missing in ${path}: expected one of ${Object.keys(stages).join(', ') || 'none'}.`,
    );
  return {
    rings,
    write: changed => writeFileSync(path, `${JSON.stringify({ ...stages, [stage]: changed }, undefined, 2)}\n`),
  };
}

/** Reads the key rings of a stage; a missing stage has its first keys. @throws UsageError when the file can't be read */
export function ringsOfStage(path: string, stage: string): KeyRings {
  return readStages(path)[stage] ?? firstKeys;
}

function readStages(path: string): z.infer<typeof Stages> {
  const stages = Stages.safeParse(parseFile(path));
  if (!stages.success) throw new UsageError(`The file ${path} is invalid:\n${z.prettifyError(stages.error)}`);
  return stages.data;
}

function parseFile(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new UsageError(
      `The file ${path} can't be read (${error instanceof Error ? error.message : error}). Run the command in the project's folder, or use --rings.`,
    );
  }
}
