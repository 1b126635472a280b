import { Duration } from 'aws-cdk-lib';
import { Alarm, type IMetric, Stats, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { FilterPattern, type LogGroup, MetricFilter } from 'aws-cdk-lib/aws-logs';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';

export interface RotationAlarmsProps {
  readonly rotation: IFunction;
  readonly logGroup: LogGroup;
  readonly topic: ITopic | undefined;
}

const period = Duration.minutes(5);

/** Alarms when a key could not be refreshed, and when another client has refreshed it. */
export class RotationAlarms extends Construct {
  constructor(scope: Construct, id: string, { rotation, logGroup, topic }: RotationAlarmsProps) {
    super(scope, id);
    const superseded = new MetricFilter(this, 'SupersededFilter', {
      logGroup,
      filterPattern: FilterPattern.stringValue('$.code', '=', 'key-superseded'),
      metricNamespace: 'LicenseClientSecrets',
      metricName: `${rotation.functionName}-superseded`,
      metricValue: '1',
    });
    const texts: Readonly<Record<string, { metric: IMetric; text: string }>> = {
      Errors: {
        metric: rotation.metricErrors({ period }),
        text: 'A license key could not be refreshed; the current one stays, and expires 30 days after it was issued. The log shows which one and why.',
      },
      Throttles: {
        metric: rotation.metricThrottles({ period }),
        text: 'Lambda holds back the refresh of license keys: raise the concurrency of this account.',
      },
      Superseded: {
        metric: superseded.metric({ statistic: Stats.SUM, period }),
        text: 'Another client has refreshed a license key with a copy of it, and the key here is invalid. Find that client, then reissue the key.',
      },
    };
    for (const [name, { metric, text }] of Object.entries(texts)) {
      const alarm = new Alarm(this, name, {
        alarmDescription: `${text} See "Secrets that refresh themselves" in docs/clients.md of the license server.`,
        metric,
        threshold: 1,
        evaluationPeriods: 1,
        treatMissingData: TreatMissingData.NOT_BREACHING,
      });
      if (topic) alarm.addAlarmAction(new SnsAction(topic));
    }
  }
}
