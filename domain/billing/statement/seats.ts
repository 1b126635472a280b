import type { EnterpriseFigures, Statement } from './statement.ts';

/** An enterprise with more users who may configure than its limit allows, as one application says. @returns one line or none */
export function seatsExceededIn({
  application,
  enterpriseId,
  manifest,
  configurationUsersLimit: limit,
}: EnterpriseFigures): Statement['seatsExceeded'] {
  if (!manifest || limit === undefined || manifest.configurationUsers <= limit) return [];
  return [{ application, enterpriseId, configurationUsers: manifest.configurationUsers, limit }];
}
