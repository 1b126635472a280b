import type { StageSettings } from '../stages.ts';

/**
 * Returns a sentence for each account and region whose stages do not agree on the one logging role that API Gateway has there: without
 * a stage that sets it up the first deployment fails, with two of them the removal of one takes it from the other.
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
