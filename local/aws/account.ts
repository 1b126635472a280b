const region = 'eu-central-1';
const accountId = '000000000000';

/** Account and region of the local services. */
export const localAccount = { region, accountId } as const;

const withoutRegion = new Set(['iam', 'sts']);

/** Returns the ARN of a resource of the local account, such as `localArn('kms', 'key/1234')`. ARNs of IAM and STS have no Region. */
export function localArn(service: string, resource: string): string {
  return `arn:aws:${service}:${withoutRegion.has(service) ? '' : region}:${accountId}:${resource}`;
}

/** Caller of the local services: one role for all functions, since requests are not authenticated. */
export const localCaller = localArn('iam', 'role/license-server-local');

/** Principals of the account that exist, in the forms in which a policy names them. */
export const localPrincipals: ReadonlySet<string> = new Set([
  localAccount.accountId,
  localArn('iam', 'root'),
  localCaller,
  localArn('iam', 'role/license-server-local-other'),
]);
