import type { StageSettings } from '../stages.ts';

const account = /^\d{12}$/;
const region = /^[a-z]{2}(-[a-z]+)+-\d$/;
const email = /^[^@\s]+@[^@\s]+$/;
const principal = /^arn:aws:iam::\d{12}:(role|user)\/\S+$/;
const org = /^[a-z][a-z0-9]{1,11}$/;
const tagName = /^(?!aws:)[\w .:/=+@-]{1,128}$/;

/** AWS WAF developer guide, "Rate-based rule high-level settings": the least and the greatest limit. */
const rates = { least: 10, greatest: 2_000_000_000 };

/** S3 keeps a retention of at most 100 years (Amazon S3 user guide, "Managing object lock"). */
const greatestLockedYears = 100;

/**
 * Returns a sentence for each setting that a deployment would refuse, or only the first use would. Without this they would show after
 * minutes, in a stack that then has to be rolled back.
 * @param rows the keys of all functions of the stage
 */
export function settingFaults(stage: StageSettings, rows: readonly string[]): string[] {
  return [
    ...faults(
      'name',
      [stage.name],
      /^[a-z]{1,8}$/,
      'must be 1 to 8 lower-case letters: names of roles and buckets hold it',
    ),
    ...faults('region', [stage.region], region, 'must be the name of a Region'),
    ...faults('account', stage.account === undefined ? [] : [stage.account], account, 'must be 12 digits'),
    ...faults('orgs', stage.orgs, org, 'must be 2 to 12 lower-case letters and digits, and begin with a letter'),
    ...unique('orgs', stage.orgs),
    ...faults('alarmEmails', stage.alarmEmails, email, 'must be an e-mail address'),
    ...unique('alarmEmails', stage.alarmEmails),
    ...subscriberFaults('alertEmails', stage.alertEmails),
    ...subscriberFaults('financeEmails', stage.financeEmails),
    ...faults('financePrincipals', stage.financePrincipals, principal, 'must be the ARN of one role or user'),
    ...faults('tags', Object.keys(stage.tags ?? {}), tagName, 'must be a name that AWS accepts for a tag'),
    ...lockFaults(stage),
    ...rateFaults(stage),
    ...domainFaults(stage),
    ...concurrencyFaults(stage, rows),
  ];
}

function faults(setting: string, values: readonly string[], pattern: RegExp, rule: string): string[] {
  return values.filter(value => !pattern.test(value)).map(value => `${setting}: ${JSON.stringify(value)} ${rule}`);
}

function subscriberFaults(setting: string, subscribers: StageSettings['alertEmails']): string[] {
  const addresses = subscribers.map(({ address }) => address);
  const deaf = subscribers.filter(({ attributes = {} }) =>
    Object.values(attributes).some(({ length }) => length === 0),
  );
  return [
    ...faults(setting, addresses, email, 'must be an e-mail address'),
    ...unique(setting, addresses),
    ...deaf.map(({ address }) => `${setting}: ${address} has an attribute without values: expected at least one`),
  ];
}

function unique(setting: string, values: readonly string[]): string[] {
  return values.filter((value, i) => values.indexOf(value) !== i).map(value => `${setting}: ${value} is there twice`);
}

function lockFaults({ lockedYears, removal }: StageSettings): string[] {
  if (lockedYears === undefined) return [];
  const inRange = Number.isInteger(lockedYears) && lockedYears >= 1 && lockedYears <= greatestLockedYears;
  return [
    ...(inRange ? [] : [`lockedYears: ${lockedYears} must be a whole number from 1 to ${greatestLockedYears}`]),
    ...(removal === 'destroy' ? ['lockedYears: a bucket with locked objects cannot be removed with its stage'] : []),
  ];
}

function rateFaults({ firewall, throttling }: StageSettings): string[] {
  const outside = Object.entries({ signed: firewall.signed, unsigned: firewall.unsigned }).filter(
    ([, limit]) => limit < rates.least || limit > rates.greatest,
  );
  const { signing, creatingKeys } = throttling;
  const closed = Object.entries({
    throttling,
    'throttling.signing': signing,
    'throttling.creatingKeys': creatingKeys,
  }).filter(([, { requestsPerSecond, burst }]) => requestsPerSecond < 1 || burst < 1);
  return [
    ...outside.map(([kind, limit]) => `firewall.${kind}: ${limit} must be from ${rates.least} to ${rates.greatest}`),
    ...closed.map(([kind]) => `${kind}: requestsPerSecond and burst must be 1 or more, or no request is let in`),
  ];
}

function domainFaults({ domain, region: own }: StageSettings): string[] {
  if (!domain) return [];
  const [, , service, where] = domain.certificateArn.split(':');
  return service === 'acm' && where === own
    ? []
    : [`domain: ${domain.certificateArn} must be a certificate of Certificate Manager in ${own}`];
}

function concurrencyFaults({ reservedConcurrency = {} }: StageSettings, rows: readonly string[]): string[] {
  return Object.entries(reservedConcurrency).flatMap(([row, executions]) => [
    ...(rows.includes(row) ? [] : [`reservedConcurrency: there is no function ${row}`]),
    ...(Number.isInteger(executions) && executions >= 1 ? [] : [`reservedConcurrency: ${row} must be 1 or more`]),
  ]);
}
