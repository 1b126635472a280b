import * as z from 'zod';
import { firstKeys, KeyRings } from '../domain/key-ring.ts';
import rings from './key-rings.json' with { type: 'json' };

const Stages = z.record(z.string(), KeyRings);

/**
 * The keys of a stage's Root and Orgs by their generations: configuration, which `license-server rotate` changes a step at a time and
 * `cdk deploy` carries out (docs/rotation.md). A stage that the file does not name has its first keys.
 */
export function keyRingsOf(stage: string): KeyRings {
  return Stages.parse(rings)[stage] ?? firstKeys;
}
