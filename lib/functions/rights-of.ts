import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import type { Grants } from '../../lambdas/platform/kernel/grants.ts';
import type { Setting } from '../../lambdas/platform/kernel/settings.ts';
import type { StreamDeadLetters } from '../background/stream-dead-letters.ts';
import {
  rightToDisableEnterpriseKeys,
  rightToMakeEnterpriseKeys,
  rightToReadEnterpriseKeys,
  rightToSignAsEnterprise,
} from '../chain/enterprise-keys.ts';
import type { Exports } from '../exports/exports.ts';
import type { Notifications } from '../notifications/notifications.ts';
import type { Secrets } from '../secrets/secrets.ts';
import type { LedgerTable } from '../store/ledger-table.ts';
import type { Right } from './right.ts';

/** The functions that others may invoke. */
export type Invocable = NonNullable<Grants['invokes']>[number];

/** The stateful resources that functions may get rights to. */
export interface StatefulResources {
  readonly ledger: LedgerTable;
  readonly secrets: Secrets;
  readonly notices: Notifications;
  readonly exports: Exports;
  readonly deadLetters: StreamDeadLetters;
}

export interface Capabilities extends StatefulResources {
  /** name of the stage */
  readonly stage: string;
  readonly invocable: Partial<Record<Invocable, IFunction>>;
}

/**
 * Returns the exact rights of a row's grants. The rights of `signsAs` come from the chain, which has the keys
 * (lib/chain/signing-rights.ts).
 */
export function rightsOf(
  scope: Construct,
  grants: Grants,
  { stage, ledger, secrets, notices, exports, deadLetters, invocable }: Capabilities,
): Right[] {
  return [
    ...(grants.table ? [ledger.right(grants.table)] : []),
    ...(grants.queriesExpiry ? [ledger.rightToQueryExpiry()] : []),
    ...(grants.publishes ? [notices.rightToPublish(grants.publishes)] : []),
    ...(grants.sendsToDeadLetters ? [deadLetters.rightToSend()] : []),
    ...(grants.countsDeadLetters ? [deadLetters.rightToCount()] : []),
    ...(grants.readsObjects ? [exports.rightToRead(grants.readsObjects)] : []),
    ...(grants.writesObjects ? [exports.rightToWrite(grants.writesObjects)] : []),
    ...(grants.signsAsEnterprise ? [rightToSignAsEnterprise(scope, stage)] : []),
    ...(grants.makesEnterpriseKeys ? [rightToMakeEnterpriseKeys(scope, stage)] : []),
    ...(grants.disablesEnterpriseKeys ? [rightToDisableEnterpriseKeys(scope, stage)] : []),
    ...(grants.readsEnterpriseKeys ? [rightToReadEnterpriseKeys(scope, stage)] : []),
    ...(grants.readsSecrets ? [secrets.rightToRead(grants.readsSecrets)] : []),
    ...(grants.writesSecrets ? [secrets.rightToWrite(grants.writesSecrets)] : []),
    ...(grants.invokes ?? []).map(name => rightToInvoke(name, invocable[name])),
  ];
}

const addresses = {
  certify: 'CERTIFIER_FUNCTION',
  'set-up-trust': 'TRUST_FUNCTION',
  'sign-statement': 'STATEMENT_FUNCTION',
} as const satisfies Record<Invocable, Setting>;

function rightToInvoke(name: Invocable, target: IFunction | undefined): Right {
  if (!target)
    throw new Error(`The function ${name} does not exist yet: create it before the functions that invoke it.`);
  return {
    statements: [new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [target.functionArn] })],
    settings: { [addresses[name]]: target.functionName },
  };
}
