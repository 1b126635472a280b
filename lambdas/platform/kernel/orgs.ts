import { OrgId } from '../../../domain/kernel/ids.ts';
import type { Runtime } from './runtime.ts';
import { setting } from './settings.ts';

/** Returns the Orgs of the stage. @throws when the setting names something else */
export function orgsOf(runtime: Runtime): OrgId[] {
  return setting(runtime, 'ORGS')
    .split(',')
    .map(org => OrgId.parse(org));
}
