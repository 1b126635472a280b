import { evaluate, type IamRequest, type PolicyJson, type StatementJson } from './iam-evaluator.ts';

/**
 * Returns the statements of a policy taken apart: one action, one kind of resource, one value of each condition key. Resources that
 * differ by the Org alone are of one kind.
 */
export function permissionsOf({ Statement }: PolicyJson): StatementJson[] {
  return Statement.flatMap(statement => {
    const kinds = Map.groupBy([statement.Resource].flat(), resource => resource.replace(/\b(hub|fresh)\b/, '<org>'));
    return [statement.Action]
      .flat()
      .flatMap(Action =>
        [...kinds.values()].flatMap(Resource =>
          conditionsOf(statement).map(condition => ({ Effect: statement.Effect, Action, Resource, ...condition })),
        ),
      );
  });
}

/** Whether one of the requests is allowed by this permission alone. */
export async function isUsed(permission: StatementJson, requests: readonly IamRequest[]): Promise<boolean> {
  const alone = { role: anyRole, policies: [{ Version: '2012-10-17', Statement: [permission] }] };
  for (const request of requests.filter(({ action }) => action === permission.Action))
    if ((await evaluate(alone, request, leavesAllToIam)) === 'Allowed') return true;
  return false;
}

type Condition = Pick<StatementJson, 'Condition'>;

/** Every combination with one value of each condition key. */
function conditionsOf({ Condition: condition = {} }: StatementJson): Condition[] {
  const keys = Object.entries(condition).flatMap(([operator, values]) =>
    Object.entries(values).map(([key, value]) => ({ operator, key, values: [value].flat() })),
  );
  if (keys.length === 0) return [{}];
  return keys
    .reduce<NonNullable<Condition['Condition']>[]>(
      (made, { operator, key, values }) =>
        made.flatMap(one => values.map(value => ({ ...one, [operator]: { ...one[operator], [key]: value } }))),
      [{}],
    )
    .map(Condition => ({ Condition }));
}

const anyRole = 'arn:aws:iam::000000000000:role/any';

/** The policy of a KMS key that leaves all to IAM, so that the permission alone decides; other resources need none. */
const leavesAllToIam: PolicyJson = {
  Version: '2012-10-17',
  Statement: [
    { Effect: 'Allow', Principal: { AWS: 'arn:aws:iam::000000000000:root' }, Action: 'kms:*', Resource: '*' },
  ],
};
