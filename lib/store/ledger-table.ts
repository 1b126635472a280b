import { MathExpression, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import {
  AttributeType,
  Billing,
  ProjectionType,
  StreamViewType,
  TableEncryptionV2,
  TableV2,
} from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { Family, Grants } from '../../lambdas/platform/kernel/grants.ts';
import type { Right } from '../functions/right.ts';
import type { Alarms } from '../monitoring/alarms.ts';
import { isProtected, removalPolicy } from '../removal.ts';
import type { StageSettings } from '../stages.ts';
import { ServiceKey } from './service-key.ts';

/** Name of the index that the sweep reads; must match lambdas/platform/storage/table.ts. */
const expiry = 'expiry';

/** The one table (docs/rules.md 8): what is licensed, to whom, and what was done. */
export class LedgerTable extends Construct {
  readonly table: TableV2;
  /** another one would give the stream another ARN */
  readonly streamView = StreamViewType.NEW_IMAGE;

  constructor(scope: Construct, id: string, stage: StageSettings, alarms: Alarms) {
    super(scope, id);
    this.table = new TableV2(this, 'Table', {
      partitionKey: { name: 'pk', type: AttributeType.STRING },
      sortKey: { name: 'sk', type: AttributeType.STRING },
      billing: Billing.onDemand(),
      timeToLiveAttribute: 'ttl',
      dynamoStream: this.streamView,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      encryption: TableEncryptionV2.customerManagedKey(new ServiceKey(this, 'Key', stage, 'dynamodb')),
      deletionProtection: isProtected(stage),
      removalPolicy: removalPolicy(stage),
    });
    this.table.addGlobalSecondaryIndex({
      indexName: expiry,
      partitionKey: { name: 'xpk', type: AttributeType.STRING },
      sortKey: { name: 'xsk', type: AttributeType.STRING },
      projectionType: ProjectionType.KEYS_ONLY,
    });
    alarms.raise(this, 'Throttled', {
      name: 'table-throttled',
      metric: throttledRequests(this.table),
      atLeast: 10,
      impact: 'DynamoDB refuses requests to the table: operations become slow, then answer 503.',
      anchor: 'table-throttled',
    });
  }

  /**
   * The right to exactly these actions on exactly these families of items, by the first letter of their partition key. Every one of
   * these actions names a partition key, so the condition always has something to compare.
   */
  right(actions: Grants['table'] = {}): Right {
    const statements = Object.entries(actions).map(
      ([action, families]) =>
        new PolicyStatement({
          actions: [`dynamodb:${action}`],
          resources: [this.table.tableArn],
          conditions: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': families.map(leadingKeys) } },
        }),
    );
    return { statements, settings: { TABLE_NAME: this.table.tableName } };
  }

  /**
   * The right to query the index of what expires, and not the table by the same action: the index has an ARN of its own. On an index
   * `LeadingKeys` are the values of the index's own partition key; if DynamoDB omits them, the condition holds, and the ARN restricts.
   */
  rightToQueryExpiry(): Right {
    const query = new PolicyStatement({
      actions: ['dynamodb:Query'],
      resources: [`${this.table.tableArn}/index/${expiry}`],
      conditions: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': 'X#*' } },
    });
    return { statements: [query], settings: { TABLE_NAME: this.table.tableName } };
  }

  /** The right to poll the table's stream, which Lambda uses on behalf of the function (Lambda developer guide, DynamoDB, "Permissions"). */
  rightToFollow(): Right {
    const { tableStreamArn } = this.table;
    if (!tableStreamArn) throw new Error('The table has no stream.');
    const actions = ['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator'];
    return {
      statements: [
        new PolicyStatement({ actions, resources: [tableStreamArn] }),
        new PolicyStatement({ actions: ['dynamodb:ListStreams'], resources: ['*'] }),
      ],
      settings: {},
      wildcards: [
        {
          resource: '*',
          reason: 'ListStreams has no resource (AWS service authorization reference); it shows ARNs, no records.',
        },
      ],
    };
  }
}

function throttledRequests(table: TableV2): MathExpression {
  const event = (metricName: string) => table.metric(metricName, { statistic: Stats.SUM });
  return new MathExpression({
    expression: 'FILL(reads, 0) + FILL(writes, 0)',
    label: 'throttled reads and writes',
    usingMetrics: { reads: event('ReadThrottleEvents'), writes: event('WriteThrottleEvents') },
  });
}

function leadingKeys(family: Family): string {
  return `${family}#*`;
}
