import * as z from 'zod';
import { stages } from '../../lib/stages.ts';
import { type Deployed, deploy } from './support/deployment.ts';
import { readable } from './support/readable.ts';

const deployment = deploy(stages.prod);
const Output = z.object({ 'Fn::GetStackOutput': z.unknown() });

interface Reference {
  readonly from: Deployed;
  /** readable: `<store/Ledger/Table.Arn>` */
  readonly to: string;
}

/** Every value that a resource takes from another stack. */
function references(): Reference[] {
  const types = [...deployment.templates.values()].flatMap(({ Resources }) => Object.values(Resources));
  return [...new Set(types.map(({ Type }) => Type))].flatMap(type =>
    deployment.all(type).flatMap(from => outputsIn(from.properties).map(value => ({ from, to: textOf(from, value) }))),
  );
}

function outputsIn(value: unknown): unknown[] {
  if (Output.safeParse(value).success) return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(outputsIn) : [];
}

function textOf({ stack }: Deployed, value: unknown): string {
  return readable(deployment, stack, value);
}

/** Why a value cannot change unseen by the templates that refer to it: docs/adr/0018 says more of each. */
const verdicts: Readonly<Record<string, RegExp>> = {
  'follows from a name that both stacks state':
    /^<(store\/(Notices\/(alerts|finance)|Aside\/Queue|Exports\/Bucket)|(trust|operations)\/.+\/Function)(\.(Arn|TopicName|QueueName))?>$/,
  'changes with a logical id only, which test/lib/state.test.ts pins':
    /^<store\/(Ledger\/Table(\.Arn)?|AlarmTopic|Secrets\/(operator|responder)-hub)>$/,
  'stands beside a literal that changes with it':
    /^<(store\/Ledger\/Table\.StreamArn|trust\/Chain\/SetUpTrust\/hub\/Default\.rootKeys)>$/,
};

/**
 * Templates refer to other stacks weakly: a value that changes in its own stack does not change the template that refers to it, and
 * `cdk deploy` skips that stack. A new reference needs a verdict here and in the ADR.
 */
test('every value that comes from another stack has a verdict', () => {
  const unjudged = references().filter(({ to }) => !Object.values(verdicts).some(verdict => verdict.test(to)));
  expect(unjudged.map(({ from, to }) => `${from.path}: ${to}`)).toEqual([]);
});

test('every verdict is about a value that exists', () => {
  for (const verdict of Object.values(verdicts))
    expect(references().map(({ to }) => to)).toContainEqual(expect.stringMatching(verdict));
});

test('what follows from a name has one in its template', () => {
  const named = {
    'AWS::Lambda::Function': 'FunctionName',
    'AWS::SNS::Topic': 'TopicName',
    'AWS::SQS::Queue': 'QueueName',
  };
  for (const { to } of references()) {
    const path = /^<([^.]+?)(\.\w+)?>$/.exec(to)?.[1];
    for (const [type, property] of Object.entries(named)) {
      const producer = deployment.all(type).find(resource => resource.path === path);
      if (producer && path !== 'store/AlarmTopic') expect(producer.properties[property]).toEqual(expect.any(String));
    }
  }
});

test('a function that refers to the Roots has the rings of their generations', () => {
  for (const { from } of references().filter(({ to }) => to.includes('rootKeys')))
    expect(Object(Object(from.properties.Environment).Variables).KEY_RINGS).toEqual(
      '{"root":{"previous":[],"current":1,"next":null},"orgs":{"hub":{"previous":[],"current":1,"next":null}}}',
    );
});

test('a consumer of the stream states what determines its ARN', () => {
  const [table] = deployment.all('AWS::DynamoDB::GlobalTable');
  const view = Object(table?.properties.StreamSpecification).StreamViewType;
  const mappings = deployment.all('AWS::Lambda::EventSourceMapping');
  expect(mappings.map(({ properties }) => properties.Tags)).toEqual(
    mappings.map(() => expect.arrayContaining([{ Key: 'stream-view', Value: view }])),
  );
});
