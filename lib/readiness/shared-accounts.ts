import type { StageSettings } from '../stages.ts';

/**
 * Returns a fault for each account and region where not exactly one stage sets up the logging role of API Gateway. Without one the first
 * deployment fails; with two, the removal of one stage takes the role from the other.
 */
export function sharedAccountFaults(stages: readonly StageSettings[]): string[] {
  const pinned = stages.filter(({ account = '' }) => Number(account) > 0);
  const places = Map.groupBy(pinned, ({ account, region }) => `${account} ${region}`);
  return [...places].flatMap(([place, sharing]) => {
    const setters = sharing.filter(({ setsUpAccessLogging }) => setsUpAccessLogging).length;
    const names = sharing.map(({ name }) => name).join(', ');
    return sharing.length > 1 && setters !== 1
      ? [`setsUpAccessLogging: must be true in exactly one of ${names}, which share account and region ${place}`]
      : [];
  });
}
