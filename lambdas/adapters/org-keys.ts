import * as z from 'zod';
import type { OrgId } from '../../domain/ids.ts';
import { setting } from '../environment.ts';
import type { Runtime } from '../runtime.ts';

const OrgKeyIds = z.record(z.string(), z.string());

/** The KMS key of an Org, as the stack made it. @throws for an Org that the stack does not know */
export function orgKeyId(runtime: Runtime, org: OrgId): string {
  const keyId = OrgKeyIds.parse(JSON.parse(setting(runtime, 'ORG_KEY_IDS')))[org];
  if (!keyId) throw new Error(`There is no key for Org ${org}.`);
  return keyId;
}
