import * as z from 'zod';
import { stages } from '../../lib/stages.ts';
import { runbookAnchors } from '../../lib/watch/runbook.ts';
import { deploy, rows } from './support/deployment.ts';
import { line, permissionsOf } from './support/policies.ts';
import { readable } from './support/readable.ts';
import { everyRow } from './support/row-paths.ts';

const deployment = deploy({ ...stages.dev, alarmEmails: ['on-call@a-stack.example'] });

const Alarm = z.looseObject({
  AlarmName: z.string(),
  AlarmDescription: z.string(),
  AlarmActions: z.array(z.unknown()),
});
const alarms = deployment
  .all('AWS::CloudWatch::Alarm')
  .map(({ stack, properties }) => ({ stack, ...Alarm.parse(properties) }));

test('every function has its alarms, and so have the API, forged keys, schedules, streams, the table and the firewall', () => {
  const expected = [
    ...everyRow.flatMap(([row]) => [`${row}-errors`, `${row}-throttles`]),
    ...Object.keys(rows.schedules).map(row => `${row}-missed`),
    ...Object.keys(rows.streams).map(row => `${row}-late`),
    ...['api-errors', 'forged-keys', 'requests-blocked', 'schedule-undelivered', 'table-throttled'],
  ];
  expect(alarms.map(({ AlarmName }) => AlarmName).sort()).toEqual(
    expected.map(name => `license-server-dev-${name}`).sort(),
  );
});

test('every alarm says what it means, links the runbook, and reaches the topic', () => {
  for (const { stack, AlarmName, AlarmDescription, AlarmActions } of alarms) {
    const [, impact, anchor] = /^(.{30,}) What to do: docs\/runbook\.md#([a-z-]+)$/.exec(AlarmDescription) ?? [];
    expect([AlarmName, impact !== undefined, runbookAnchors.some(known => known === anchor)]).toEqual([
      AlarmName,
      true,
      true,
    ]);
    expect(AlarmActions.map(action => readable(deployment, stack, action))).toEqual(['<store/AlarmTopic>']);
  }
});

test('a stream six hours behind alarms', () => {
  for (const row of Object.keys(rows.streams)) {
    expect(alarms.find(({ AlarmName }) => AlarmName === `license-server-dev-${row}-late`)).toMatchObject({
      MetricName: 'IteratorAge',
      Threshold: 21_600_000,
      Statistic: 'Maximum',
    });
  }
});

test('forged keys are counted in the log of every operation', () => {
  const filters = deployment.all('AWS::Logs::MetricFilter').map(({ properties }) => properties);
  expect(filters).toHaveLength(Object.keys(rows.operations).length);
  expect(alarms.find(({ AlarmName }) => AlarmName.endsWith('forged-keys'))).toMatchObject({
    Namespace: 'LicenseServer/dev',
    MetricName: 'ForgedKeys',
    Statistic: 'Sum',
  });
});

test('alarms travel encrypted, over TLS, and only CloudWatch raises them', () => {
  expect(
    deployment
      .all('AWS::SNS::Topic')
      .map(({ stack, properties }) => readable(deployment, stack, properties.KmsMasterKeyId)),
  ).toEqual(['<store/AlarmTopicKey.Arn>']);
  const [policy] = deployment.all('AWS::SNS::TopicPolicy');
  const said = policy ? permissionsOf(deployment, policy.stack, policy.properties.PolicyDocument) : [];
  expect(said.map(permission => [...permission.principals, line(permission)].join(' '))).toEqual([
    '* not sns:Publish on <store/AlarmTopic> if Bool aws:SecureTransport false',
    'cloudwatch.amazonaws.com sns:Publish on <store/AlarmTopic> if StringEquals aws:SourceAccount <AWS::AccountId>',
  ]);
});

test('who asked to hear of alarms is subscribed', () => {
  expect(deployment.all('AWS::SNS::Subscription').map(({ properties }) => properties)).toMatchObject([
    { Protocol: 'email', Endpoint: 'on-call@a-stack.example' },
  ]);
});
