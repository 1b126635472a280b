import { Duration, Tags } from 'aws-cdk-lib';
import { Stats } from 'aws-cdk-lib/aws-cloudwatch';
import {
  EventSourceMapping,
  FilterCriteria,
  FilterRule,
  type IFunction,
  StartingPosition,
} from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { Stream } from '../../lambdas/platform/area.ts';
import type { Family } from '../../lambdas/platform/kernel/grants.ts';
import type { Alarms } from '../monitoring/alarms.ts';
import type { LedgerTable } from '../store/ledger-table.ts';

export interface StreamsProps {
  readonly streams: Readonly<Record<string, Stream>>;
  readonly functions: ReadonlyMap<string, IFunction>;
  readonly ledger: LedgerTable;
  readonly alarms: Alarms;
}

/** A stream keeps its records for 24 h; a consumer that is six hours late has failed for long, and 18 h are left to repair it. */
const lateHours = 6;

/** The consumers of the table's stream. They are independent; a failed record is retried until the stream drops it. */
export class Streams extends Construct {
  constructor(scope: Construct, id: string, { streams, functions, ledger, alarms }: StreamsProps) {
    super(scope, id);
    for (const [row, { summary, records }] of Object.entries(streams)) {
      const target = functions.get(row);
      if (!target) throw new Error(`The row ${row} has no function.`);
      const eventSourceArn = ledger.table.tableStreamArn;
      if (!eventSourceArn) throw new Error('The table has no stream.');
      const mapping = new EventSourceMapping(this, row, {
        target,
        eventSourceArn,
        startingPosition: StartingPosition.TRIM_HORIZON,
        batchSize: 100,
        maxBatchingWindow: Duration.seconds(1),
        reportBatchItemFailures: true,
        bisectBatchOnError: false,
        ...(records && { filters: [insertsOf(records.insertsOf)] }),
      });
      // A literal that changes with the ARN of the stream, which is a reference to another stack (docs/adr/0018).
      Tags.of(mapping).add('stream-view', ledger.streamView);
      alarms.raise(this, `${row}-late`, {
        name: `${row}-late`,
        metric: target.metric('IteratorAge', { statistic: Stats.MAXIMUM, period: Duration.minutes(5) }),
        atLeast: Duration.hours(lateHours).toMilliseconds(),
        impact: `${row} is six hours behind. ${summary}: records that it does not process within 24 hours are lost.`,
        anchor: 'stream-late',
      });
    }
  }
}

/** Filters inserts of a family. Lambda applies the filter before it invokes: a filtered record costs nothing. */
function insertsOf(family: Family) {
  return FilterCriteria.filter({
    eventName: FilterRule.isEqual('INSERT'),
    dynamodb: { Keys: { pk: { S: FilterRule.beginsWith(`${family}#`) } } },
  });
}
