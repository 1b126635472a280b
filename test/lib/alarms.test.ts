import * as z from 'zod';
import { runbookAnchors } from '../../lib/monitoring/runbook.ts';
import { stages } from '../../lib/stages.ts';
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

/** The filters that add up, over logs, what functions count. */
const counters = (name: string) =>
  deployment
    .all('AWS::Logs::MetricFilter')
    .filter(({ properties }) => properties.FilterPattern === `{ $.${name} > 0 }`);

test('every function has its alarms, and so has all that functions lean on', () => {
  const expected = [
    ...everyRow.flatMap(([row]) => [`${row}-errors`, `${row}-throttles`]),
    ...Object.keys(rows.schedules).map(row => `${row}-missed`),
    ...Object.keys(rows.streams).map(row => `${row}-late`),
    ...['api-errors', 'forged-keys', 'requests-blocked', 'schedule-undelivered', 'table-throttled'],
    ...['alerts-undelivered', 'finance-undelivered', 'aside-some', 'statement-overdue', 'refreshes-silent'],
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

test.each([
  ['an hour', 'rate(1 hour)', 3],
  ['a day', 'cron(17 3 * * ? *)', 26],
])('a schedule of %s alarms when it has missed one run', (_, expression, periods) => {
  const schedules = { look: { expression, summary: 'Looks', grants: {} } };
  const missed = deploy(stages.dev, { ...rows, schedules })
    .all('AWS::CloudWatch::Alarm')
    .map(({ properties }) => properties)
    .find(({ AlarmName }) => AlarmName === 'license-server-dev-look-missed');
  expect(missed).toMatchObject({
    EvaluationPeriods: periods,
    Period: 3600,
    Threshold: 1,
    ComparisonOperator: 'LessThanThreshold',
    TreatMissingData: 'breaching',
  });
  expect(missed?.AlarmDescription).toContain(`has not run for ${periods} hours`);
});

test('one dead letter raises an alarm, and so does one notification that was not delivered', () => {
  expect(alarms.find(({ AlarmName }) => AlarmName.endsWith('aside-some'))).toMatchObject({
    MetricName: 'ApproximateNumberOfMessagesVisible',
    Threshold: 1,
  });
  for (const topic of ['alerts', 'finance'])
    expect(alarms.find(({ AlarmName }) => AlarmName.endsWith(`${topic}-undelivered`))).toMatchObject({
      MetricName: 'NumberOfNotificationsFailed',
      Statistic: 'Sum',
      Threshold: 1,
    });
});

test('a statement that is late is counted in the log of every schedule, over a day', () => {
  expect(counters('StatementsOverdue')).toHaveLength(Object.keys(rows.schedules).length);
  expect(alarms.find(({ AlarmName }) => AlarmName.endsWith('statement-overdue'))).toMatchObject({
    Namespace: 'LicenseServer/dev',
    MetricName: 'StatementsOverdue',
    Period: 86_400,
    Threshold: 1,
  });
});

test('forged keys are counted in the log of every operation', () => {
  expect(counters('ForgedKeys')).toHaveLength(Object.keys(rows.operations).length);
  expect(alarms.find(({ AlarmName }) => AlarmName.endsWith('forged-keys'))).toMatchObject({
    Namespace: 'LicenseServer/dev',
    MetricName: 'ForgedKeys',
    Statistic: 'Sum',
  });
});

test('alarms travel encrypted, over TLS, and only CloudWatch raises them', () => {
  const topic = deployment.all('AWS::SNS::Topic').find(({ path }) => path === 'store/AlarmTopic');
  expect(readable(deployment, 'store', topic?.properties.KmsMasterKeyId)).toBe('<store/AlarmTopicKey.Arn>');
  const policy = deployment.all('AWS::SNS::TopicPolicy').find(({ path }) => path === 'store/AlarmTopic/Policy');
  const said = policy ? permissionsOf(deployment, policy.stack, policy.properties.PolicyDocument) : [];
  expect(said.map(permission => [...permission.principals, line(permission)].join(' '))).toEqual([
    '* not sns:Publish on <store/AlarmTopic> if Bool aws:SecureTransport false',
    'cloudwatch.amazonaws.com sns:Publish on <store/AlarmTopic> if StringEquals aws:SourceAccount <AWS::AccountId>',
  ]);
});

test('the addresses of the stage are subscribed to alarms', () => {
  expect(deployment.all('AWS::SNS::Subscription').map(({ properties }) => properties)).toMatchObject([
    { Protocol: 'email', Endpoint: 'on-call@a-stack.example' },
  ]);
});
