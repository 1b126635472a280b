import { stages } from '../../lib/stages.ts';
import { deploy, rows } from './support/deployment.ts';
import { isScheduleExpression } from './support/schedule-expression.ts';

const deployment = deploy(stages.dev);

test('every schedule has an expression that EventBridge Scheduler takes, its function, retries, and a queue for what fails', () => {
  const made = deployment.all('AWS::Scheduler::Schedule').map(({ properties }) => properties);
  expect(made.map(({ Name }) => Name)).toEqual(Object.keys(rows.schedules).map(row => `license-server-dev-${row}`));
  for (const { ScheduleExpression, Target } of made) {
    expect([ScheduleExpression, isScheduleExpression(String(ScheduleExpression))]).toEqual([ScheduleExpression, true]);
    expect(Target).toMatchObject({
      RetryPolicy: { MaximumEventAgeInSeconds: 3600 },
      DeadLetterConfig: { Arn: expect.anything() },
    });
  }
});

test('the queue is encrypted and reached over TLS only', () => {
  expect(deployment.all('AWS::SQS::Queue').map(({ properties }) => properties)).toMatchObject([
    { SqsManagedSseEnabled: true },
  ]);
  expect(JSON.stringify(deployment.all('AWS::SQS::QueuePolicy')[0]?.properties)).toContain(
    '{"Bool":{"aws:SecureTransport":"false"}}',
  );
});

test('every consumer follows the stream from its beginning and is retried until the stream drops the record', () => {
  const mappings = deployment.all('AWS::Lambda::EventSourceMapping').map(({ properties }) => properties);
  expect(mappings).toHaveLength(Object.keys(rows.streams).length);
  for (const { MaximumRetryAttempts, MaximumRecordAgeInSeconds, ...mapping } of mappings) {
    expect(mapping).toMatchObject({
      StartingPosition: 'TRIM_HORIZON',
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      BisectBatchOnFunctionError: false,
    });
    // Absent means without end (AWS::Lambda::EventSourceMapping).
    expect([MaximumRetryAttempts, MaximumRecordAgeInSeconds]).toEqual([undefined, undefined]);
  }
});

test.each(['cron(17 3 * * ? *)', 'cron(0 0 1 JAN,APR ? 2026-2030)', 'cron(*/5 0-6 ? * MON-FRI *)', 'rate(1 hour)'])(
  '%s is an expression',
  expression => {
    expect(isScheduleExpression(expression)).toBe(true);
  },
);

test.each([
  'cron(17 3 * * * *)',
  'cron(17 3 * * ?)',
  'cron(60 3 * * ? *)',
  'cron(17 24 * * ? *)',
  'rate(0 hours)',
  '17 3 * * *',
  'cron(17 3 ? * ? *)',
])('%s is none', expression => {
  expect(isScheduleExpression(expression)).toBe(false);
});
