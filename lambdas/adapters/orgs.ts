import { OrgId } from '../../domain/ids.ts';
import { setting } from '../environment.ts';
import type { Runtime } from '../runtime.ts';

/** The Orgs of the stage. @throws when the setting names something else */
export function orgsOf(runtime: Runtime): OrgId[] {
  return setting(runtime, 'ORGS')
    .split(',')
    .map(org => OrgId.parse(org));
}
