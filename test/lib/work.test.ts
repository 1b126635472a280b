import type { Stream } from '../../lambdas/platform/area.ts';
import { missedHours } from '../../lib/background/missed-hours.ts';
import { stages } from '../../lib/stages.ts';
import { deploy, rows } from './support/deployment.ts';
import { everyGrant } from './support/every-grant.ts';
import { line, permissionsOf } from './support/policies.ts';
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

test('queues are encrypted, keep what they have for 14 days, and are reached over TLS only', () => {
  const queues = deployment.all('AWS::SQS::Queue');
  const fourteenDays = 1_209_600;
  expect(Object.fromEntries(queues.map(({ path, properties }) => [path, properties]))).toMatchObject({
    'store/Aside/Queue': {
      QueueName: 'license-server-dev-aside',
      KmsMasterKeyId: expect.anything(),
      MessageRetentionPeriod: fourteenDays,
    },
    'work/Schedules/Undelivered': { SqsManagedSseEnabled: true, MessageRetentionPeriod: fourteenDays },
  });
  const policies = deployment.all('AWS::SQS::QueuePolicy');
  expect(policies).toHaveLength(queues.length);
  for (const { stack, path, properties } of policies) {
    const said = permissionsOf(deployment, stack, properties.PolicyDocument);
    const queue = path.replace(/\/Policy$/, '.Arn');
    expect(said.map(line)).toEqual([`not sqs:* on <${queue}> if Bool aws:SecureTransport false`]);
  }
});

test('a consumer of inserts is not invoked for anything else', () => {
  const mappings = deploy(stages.dev, everyGrant).all('AWS::Lambda::EventSourceMapping');
  const filters = Object.fromEntries(mappings.map(({ path, properties }) => [path, properties.FilterCriteria]));
  const newAlert = { eventName: ['INSERT'], dynamodb: { Keys: { pk: { S: [{ prefix: 'N#' }] } } } };
  expect(filters).toEqual({
    ...Object.fromEntries(Object.keys(rows.streams).map(row => [`work/Streams/${row}`, expected(row)])),
    'work/Streams/deliver': { Filters: [{ Pattern: JSON.stringify(newAlert) }] },
  });
});

/** A consumer whose row names no records is brought every one. */
function expected(row: string): unknown {
  const { records }: Stream = rows.streams[row] ?? { summary: '', grants: {} };
  return records && expect.anything();
}

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

test.each([
  ['rate(5 minutes)', 3],
  ['rate(1 hour)', 3],
  ['rate(1 day)', 26],
  ['cron(17 * * * ? *)', 3],
  ['cron(0 0/6 * * ? *)', 8],
  ['cron(0 8-18 * * ? *)', 16],
  ['cron(0 6,18 ? * * *)', 14],
  ['cron(17 3 * * ? *)', 26],
])('%s has missed a run after %i hours', (expression, hours) => {
  expect(missedHours(expression)).toBe(hours);
});

test.each(['rate(2 days)', 'cron(0 6 11 * ? *)', 'cron(0 6 ? * MON *)', 'cron(0 6 * JAN ? *)', '17 3 * * *'])(
  '%s is refused: no alarm could see that it was missed',
  expression => {
    expect(() => missedHours(expression)).toThrow('does not run daily');
  },
);
