import { readFileSync } from 'node:fs';
import * as z from 'zod';
import { firstKeys, KeyRings } from '../domain/trust/key-ring.ts';

const Stages = z.record(z.string(), KeyRings);

/**
 * Returns the keys of a stage's Root and Orgs by their generations: configuration, which `license-server rotate` changes a step at a time and
 * `cdk deploy` carries out (docs/rotation.md). A stage that the file does not name has its first keys.
 */
export function keyRingsOf(stage: string): KeyRings {
  const text = readFileSync(new URL('key-rings.json', import.meta.url), 'utf8');
  return Stages.parse(JSON.parse(text))[stage] ?? firstKeys;
}
