import { Aws, Duration, Validations } from 'aws-cdk-lib';
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { CfnSchedule } from 'aws-cdk-lib/aws-scheduler';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { Schedule } from '../../lambdas/platform/area.ts';
import type { Alarms } from '../monitoring/alarms.ts';
import { functionName } from '../names.ts';
import type { StageSettings } from '../stages.ts';
import { missedHours } from './missed-hours.ts';

export interface SchedulesProps {
  readonly stage: StageSettings;
  readonly schedules: Readonly<Record<string, Schedule>>;
  readonly functions: ReadonlyMap<string, IFunction>;
  readonly alarms: Alarms;
}

/** An invocation that could not be delivered is retried for an hour; then the alarm is raised, and the next run catches up. */
const retries = { maximumEventAgeInSeconds: 3600, maximumRetryAttempts: 20 };

/** The schedules of the functions. Each schedule may invoke its own function only. */
export class Schedules extends Construct {
  readonly undelivered: Queue;

  constructor(scope: Construct, id: string, { stage, schedules, functions, alarms }: SchedulesProps) {
    super(scope, id);
    this.undelivered = new Queue(this, 'Undelivered', {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
    });
    Validations.of(this.undelivered).acknowledge({ id: 'AwsSolutions-SQS3', reason: 'It is the dead-letter queue.' });
    alarms.raise(this, 'UndeliveredSome', {
      name: 'schedule-undelivered',
      metric: this.undelivered.metricApproximateNumberOfMessagesVisible(),
      impact: 'A schedule could not start its function: links, responder keys or expiries may not be processed.',
      anchor: 'schedule-undelivered',
    });
    for (const [row, schedule] of Object.entries(schedules)) {
      const target = functions.get(row);
      if (!target) throw new Error(`The row ${row} has no function.`);
      this.#add(row, schedule, target, stage);
      const hours = missedHours(schedule.expression);
      alarms.raise(this, `${row}-missed`, {
        name: `${row}-missed`,
        metric: target.metricInvocations({ period: Duration.hours(1) }),
        below: 1,
        periods: hours,
        impact: `${row} has not run for ${hours} hours. ${schedule.summary}: this does not happen now.`,
        anchor: 'schedule-missed',
      });
    }
  }

  #add(row: string, { expression, summary }: Schedule, target: IFunction, stage: StageSettings): void {
    const role = new Role(this, `${row}-role`, {
      assumedBy: new ServicePrincipal('scheduler.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
      }),
      inlinePolicies: {
        schedule: new PolicyDocument({
          statements: [
            new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [target.functionArn] }),
            new PolicyStatement({ actions: ['sqs:SendMessage'], resources: [this.undelivered.queueArn] }),
          ],
        }),
      },
    });
    new CfnSchedule(this, row, {
      name: functionName(stage.name, row),
      description: summary,
      scheduleExpression: expression,
      scheduleExpressionTimezone: 'UTC',
      flexibleTimeWindow: { mode: 'OFF' },
      target: {
        arn: target.functionArn,
        roleArn: role.roleArn,
        retryPolicy: retries,
        deadLetterConfig: { arn: this.undelivered.queueArn },
      },
    });
  }
}
