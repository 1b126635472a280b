import { runSimulation } from '@cloud-copilot/iam-simulate';
import { localAccount, localArn } from '../../../local/aws/account.ts';

/** A policy document as JSON, without tokens of CloudFormation. */
export interface PolicyJson {
  readonly Version?: string;
  readonly Statement: readonly StatementJson[];
}

export interface StatementJson {
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource: string | readonly string[];
  readonly Principal?: unknown;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}

/** One thing that AWS is asked to authorize. */
export interface IamRequest {
  readonly action: string;
  readonly resource: string;
  readonly context: Readonly<Record<string, string | readonly string[]>>;
}

export interface Caller {
  /** ARN of the role */
  readonly role: string;
  readonly policies: readonly PolicyJson[];
}

/**
 * Evaluates one request by a program that is not ours (https://github.com/cloud-copilot/iam-simulate).
 * @returns `Allowed`, or why not
 */
export async function evaluate(
  { role, policies }: Caller,
  { action, resource, context }: IamRequest,
  resourcePolicy?: PolicyJson,
): Promise<string> {
  const { accountId, region } = localAccount;
  const values = Object.entries(context).map(([key, value]): [string, string | string[]] => [
    key,
    typeof value === 'string' ? value : [...value],
  ]);
  const result = await runSimulation(
    {
      request: {
        principal: sessionOf(role),
        action,
        resource: { resource, accountId },
        contextVariables: {
          'aws:PrincipalArn': role,
          'aws:PrincipalAccount': accountId,
          'aws:RequestedRegion': region,
          'aws:SecureTransport': 'true',
          ...Object.fromEntries(values),
        },
      },
      identityPolicies: policies.map((policy, i) => ({ name: `policy-${i}`, policy })),
      serviceControlPolicies: [],
      resourceControlPolicies: [],
      ...(resourcePolicy && { resourcePolicy }),
    },
    {},
  );
  if (result.resultType === 'error') return `error: ${JSON.stringify(result.errors)}`;
  return result.overallResult;
}

/** What a function calls with: a session of its role, which is named without the role's path. */
function sessionOf(role: string): string {
  return localArn('sts', `assumed-role/${role.split('/').at(-1)}/session`);
}
