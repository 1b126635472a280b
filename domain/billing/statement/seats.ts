import type { EnterpriseFigures, Statement } from './statement.ts';

/** Returns one line when an enterprise has more configuration users than its limit, by the manifest of one application; else none. */
export function seatsExceededIn({
  application,
  enterpriseId,
  manifest,
  configurationUsersLimit: limit,
}: EnterpriseFigures): Statement['seatsExceeded'] {
  if (!manifest || limit === undefined || manifest.configurationUsers <= limit) return [];
  return [{ application, enterpriseId, configurationUsers: manifest.configurationUsers, limit }];
}
