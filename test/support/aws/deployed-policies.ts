import * as z from 'zod';
import { firstKeys } from '../../../domain/trust/key-ring.ts';
import type { Rows } from '../../../lib/license-server.ts';
import { stages } from '../../../lib/stages.ts';
import { localAccount, localArn } from '../../../local/aws/account.ts';
import { type Deployed, type Deployment, deploy } from '../../lib/support/deployment.ts';
import { readable } from '../../lib/support/readable.ts';
import type { Caller, PolicyJson } from './iam-evaluator.ts';

/** The policies of a stage as AWS would hold them: the templates', with the names of the local account in place of tokens. */
export interface DeployedPolicies {
  /** by the row's key */
  readonly callers: ReadonlyMap<string, Caller>;
  /** of roles, and managed ones, by the path of the construct: `work/Schedules/seal-audit-role` */
  readonly identityPolicies: ReadonlyMap<string, readonly PolicyJson[]>;
  /** of keys, topics, the queue and buckets, by ARN */
  readonly resourcePolicies: ReadonlyMap<string, PolicyJson>;
  /** @param path of the construct: `trust/Chain/Root` */
  arnOf(path: string): string;
}

const stage = 'local';

/** A retained stage named as the local run names things, with the Orgs of the tests. */
export function deployedPolicies(rows?: Rows, orgs: readonly string[] = ['hub', 'fresh']): DeployedPolicies {
  return policiesOf(deploy({ ...stages.int, name: stage, orgs, keyRings: firstKeys }, rows));
}

export function policiesOf(deployment: Deployment): DeployedPolicies {
  const all = Object.keys(arnsByType).flatMap(type => deployment.all(type));
  const arns = new Map(all.map(resource => [resource.path, arnsByType[resource.type]?.(resource) ?? '']));
  const arnOf = (path: string) => arns.get(path) ?? unknown(path);
  const concrete = (stack: string, document: unknown) => concretePolicy(deployment, stack, document, arnOf);
  const ofKeys = deployment
    .all('AWS::KMS::Key')
    .map(({ stack, path, properties }): [string, PolicyJson] => [arnOf(path), concrete(stack, properties.KeyPolicy)]);
  const ofOthers = Object.entries(subjectsByPolicyType).flatMap(([type, subjects]) =>
    deployment.all(type).flatMap(({ stack, properties }) =>
      subjects(properties).map((subject): [string, PolicyJson] => {
        const name = resolved(readable(deployment, stack, subject), arnOf);
        return [name, concrete(stack, properties.PolicyDocument)];
      }),
    ),
  );
  const roles = deployment.all('AWS::IAM::Role').map(({ stack, path, properties }) => {
    const { RoleName, Policies } = RoleProperties.parse(properties);
    return { path, name: RoleName, policies: Policies.map(({ PolicyDocument }) => concrete(stack, PolicyDocument)) };
  });
  const managed = deployment
    .all('AWS::IAM::ManagedPolicy')
    .map(({ stack, path, properties }) => ({ path, policies: [concrete(stack, properties.PolicyDocument)] }));
  const callers = roles.flatMap(({ path, name, policies }): [string, Caller][] =>
    name ? [[name.slice(`license-server-${stage}-`.length), { role: arnOf(path), policies }]] : [],
  );
  return {
    callers: new Map(callers),
    identityPolicies: new Map([...roles, ...managed].map(({ path, policies }) => [path, policies])),
    resourcePolicies: new Map([...ofKeys, ...ofOthers]),
    arnOf,
  };
}

const RoleProperties = z.object({
  RoleName: z.string().optional(),
  Policies: z.array(z.object({ PolicyDocument: z.unknown() })).default([]),
});

/** How AWS names what a template creates. */
const arnsByType: Readonly<Record<string, (resource: Deployed) => string>> = {
  'AWS::DynamoDB::GlobalTable': () => localArn('dynamodb', 'table/license-server'),
  'AWS::SNS::Topic': ({ properties, logicalId }) => localArn('sns', String(properties.TopicName ?? logicalId)),
  'AWS::SQS::Queue': ({ properties, logicalId }) => localArn('sqs', String(properties.QueueName ?? logicalId)),
  'AWS::SecretsManager::Secret': ({ properties }) => localArn('secretsmanager', `secret:${properties.Name}-AbCdEf`),
  'AWS::Lambda::Function': ({ properties, logicalId }) =>
    localArn('lambda', `function:${properties.FunctionName ?? logicalId}`),
  'AWS::KMS::Key': ({ path }) => localArn('kms', `key/${path.replaceAll('/', '-')}`),
  'AWS::Logs::LogGroup': ({ properties, logicalId }) =>
    localArn('logs', `log-group:${properties.LogGroupName ?? logicalId}:*`),
  'AWS::S3::Bucket': ({ path }) =>
    `arn:aws:s3:::${path === 'store/Exports/Bucket' ? exportsBucket : path.replaceAll('/', '-').toLowerCase()}`,
  'AWS::IAM::Role': ({ properties, logicalId }) =>
    localArn('iam', `role${properties.Path ?? '/'}${properties.RoleName ?? logicalId}`),
};

export const exportsBucket = `license-server-${stage}-exports-${localAccount.accountId}-${localAccount.region}`;

/** Policies that are resources of their own, and what each is attached to. */
const subjectsByPolicyType: Readonly<Record<string, (properties: Record<string, unknown>) => unknown[]>> = {
  'AWS::S3::BucketPolicy': ({ Bucket }) => [{ 'Fn::GetAtt': [Object(Bucket).Ref, 'Arn'] }],
  'AWS::SNS::TopicPolicy': ({ Topics }) => [Topics ?? []].flat(),
  'AWS::SQS::QueuePolicy': ({ Queues }) =>
    [Queues ?? []].flat().map(queue => ({ 'Fn::GetAtt': [Object(queue).Ref, 'Arn'] })),
};

const oneOrMore = z.union([z.string(), z.array(z.string())]);
const scalar = z.union([z.string(), z.number(), z.boolean()]).transform(String);
const conditionValue = z.union([scalar, z.array(scalar)]);
const Policy = z.object({
  Version: z.string(),
  Statement: z.array(
    z.object({
      Effect: z.string(),
      Action: oneOrMore,
      Resource: oneOrMore,
      Principal: z.unknown().optional(),
      Condition: z.record(z.string(), z.record(z.string(), conditionValue)).optional(),
    }),
  ),
});

function concretePolicy(
  deployment: Deployment,
  stack: string,
  document: unknown,
  arnOf: (path: string) => string,
): PolicyJson {
  const walk = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(walk);
    if (typeof value !== 'object' || value === null) return value;
    const isIntrinsic = Object.keys(value).some(key => key === 'Ref' || key.startsWith('Fn::'));
    if (isIntrinsic) return resolved(readable(deployment, stack, value), arnOf);
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, walk(inner)]));
  };
  // exactOptionalPropertyTypes: what zod leaves undefined must not be there.
  return JSON.parse(JSON.stringify(Policy.parse(walk(document))));
}

const pseudo: Readonly<Record<string, string>> = {
  'AWS::AccountId': localAccount.accountId,
  'AWS::Partition': 'aws',
  'AWS::Region': localAccount.region,
  'AWS::URLSuffix': 'amazonaws.com',
};

/** Replaces `<store/Ledger/Table.Arn>`, `<store/Notices/alerts>` and `<AWS::AccountId>` by what AWS would put there. */
function resolved(text: string, arnOf: (path: string) => string): string {
  return text.replace(/<([^>]+?)(\.Arn|\.StreamArn)?>/g, (_, name: string, attribute: string | undefined) => {
    const arn = pseudo[name] ?? arnOf(name);
    return attribute === '.StreamArn' ? `${arn}/stream/2026-11-30T00:00:00.000` : arn;
  });
}

function unknown(path: string): never {
  throw new Error(`The stage has no ${path} with an ARN.`);
}
