import * as z from 'zod';
import type { Deployed, Deployment } from './deployment.ts';
import { readable } from './readable.ts';

const oneOrMore = z.union([z.array(z.unknown()), z.unknown().transform(value => [value])]);
const Statement = z.object({
  Effect: z.enum(['Allow', 'Deny']),
  Action: oneOrMore,
  Resource: oneOrMore,
  Principal: z.union([z.string(), z.record(z.string(), oneOrMore)]).optional(),
  Condition: z.record(z.string(), z.record(z.string(), oneOrMore)).default({}),
});
const PolicyDocument = z.object({ Statement: z.array(Statement) });
const Role = z.object({
  RoleName: z.string().optional(),
  Policies: z.array(z.object({ PolicyDocument })).default([]),
  ManagedPolicyArns: z.array(z.unknown()).default([]),
});

/** One action on one resource, and under which condition: what a policy says, whatever way it is written. */
export interface Permission {
  readonly effect: 'Allow' | 'Deny';
  readonly action: string;
  readonly resource: string;
  readonly principals: readonly string[];
  /** `operator key value`, one for each value, sorted */
  readonly conditions: readonly string[];
}

export interface RolePermissions {
  readonly role: Deployed;
  readonly name: string | undefined;
  readonly permissions: readonly Permission[];
  readonly managedPolicies: readonly string[];
}

/** Every role of a deployment with all that it may do; policies apart from roles would be found too, but there are none. */
export function rolesOf(deployment: Deployment): RolePermissions[] {
  return deployment.all('AWS::IAM::Role').map(role => {
    const { RoleName: name, Policies, ManagedPolicyArns } = Role.parse(role.properties);
    const permissions = Policies.flatMap(policy => permissionsOf(deployment, role.stack, policy.PolicyDocument));
    return {
      role,
      name,
      permissions,
      managedPolicies: ManagedPolicyArns.map(arn => readable(deployment, role.stack, arn)),
    };
  });
}

export function permissionsOf(deployment: Deployment, stack: string, document: unknown): Permission[] {
  const text = (value: unknown) => readable(deployment, stack, value);
  return PolicyDocument.parse(document).Statement.flatMap(
    ({ Effect: effect, Action, Resource, Principal = {}, Condition }) => {
      const principals = typeof Principal === 'string' ? [Principal] : Object.values(Principal).flat().map(text);
      const conditions = Object.entries(Condition)
        .flatMap(([operator, keys]) =>
          Object.entries(keys).flatMap(([key, values]) => values.map(value => `${operator} ${key} ${text(value)}`)),
        )
        .sort();
      return Action.flatMap(action =>
        Resource.map(resource => ({ effect, action: text(action), resource: text(resource), principals, conditions })),
      );
    },
  );
}

/** As one line, to compare. */
export function line({ effect, action, resource, conditions }: Permission): string {
  return [
    effect === 'Allow' ? '' : 'not ',
    action,
    ' on ',
    resource,
    ...conditions.map(condition => ` if ${condition}`),
  ].join('');
}
