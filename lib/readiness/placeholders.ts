import { isProtected } from '../removal.ts';
import type { StageSettings } from '../stages.ts';

/** Domains that never receive mail (RFC 2606, RFC 6761). */
const reservedDomain = /(^|[.@])(example\.(com|net|org)|example|test|invalid|localhost)$/i;

/** Account numbers that do not exist: zeros, and those of the examples in the AWS documentation. */
const exampleAccounts = ['000000000000', '111122223333', '123456789012'];

/**
 * Returns a sentence for each setting of a retained stage that still has an example value: e-mail addresses, principals, account and
 * domain. A stage that can be removed may leave them out.
 */
export function placeholdersIn(stage: StageSettings): string[] {
  if (!isProtected(stage)) return [];
  const { alarmEmails, alertEmails, financeEmails, financePrincipals, domain } = stage;
  return [
    ...unset('account', [stage.account ?? ''], isExampleAccount),
    ...unset('alarmEmails', alarmEmails, isReserved),
    ...unset('alertEmails', alertEmails.map(address), isReserved),
    ...unset('financeEmails', financeEmails.map(address), isReserved),
    ...unset('financePrincipals', financePrincipals, arn => isExampleAccount(accountOf(arn))),
    ...(domain ? unset('domain', [domain.name], isReserved) : []),
  ];
}

function unset(setting: string, values: readonly string[], isPlaceholder: (value: string) => boolean): string[] {
  if (values.length === 0) return [`${setting} is empty`];
  return values.filter(isPlaceholder).map(value => `${setting} has the placeholder ${value}`);
}

function isReserved(addressOrName: string): boolean {
  return reservedDomain.test(addressOrName);
}

function isExampleAccount(account: string): boolean {
  return exampleAccounts.includes(account);
}

function address(subscriber: { readonly address: string }): string {
  return subscriber.address;
}

/** @param arn `arn:aws:iam::<account>:role/<name>` */
function accountOf(arn: string): string {
  return arn.split(':')[4] ?? '';
}
