import * as z from 'zod';
import type { OrgId } from '../../../domain/kernel/ids.ts';
import { KeyRings, type Ring, ringOf } from '../../../domain/trust/key-ring.ts';
import type { Runtime } from '../kernel/runtime.ts';
import { setting } from '../kernel/settings.ts';

const KeyIds = ringOf(z.string());
const OrgKeyIds = z.record(z.string(), KeyIds);

/** Returns the ids of the KMS keys of an Org, from the stack. @throws Error for an Org that the stack does not have */
export function orgKeyIds(runtime: Runtime, org: OrgId): Ring<string> {
  const ids = OrgKeyIds.parse(JSON.parse(setting(runtime, 'ORG_KEY_IDS')))[org];
  if (!ids) throw new Error(`Org ${org} has no KMS key.`);
  return ids;
}

/** Returns the KMS keys of the Root. */
export function rootKeyIds(runtime: Runtime): Ring<string> {
  return KeyIds.parse(JSON.parse(setting(runtime, 'ROOT_KEY_IDS')));
}

/** Returns the generations of all keys, as the template of this function states them. */
export function keyRings(runtime: Runtime): KeyRings {
  return KeyRings.parse(JSON.parse(setting(runtime, 'KEY_RINGS')));
}
