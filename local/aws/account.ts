const region = 'eu-central-1';
const accountId = '000000000000';

/** The one account and region that the local services pretend to live in. */
export const localAccount = { region, accountId } as const;

/** The ARN of a resource of the local account, such as `arn('kms', 'key/1234')`. */
export function localArn(service: string, resource: string): string {
  return `arn:aws:${service}:${region}:${accountId}:${resource}`;
}
