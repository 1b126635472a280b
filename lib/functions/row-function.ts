import { join } from 'node:path';
import { Duration } from 'aws-cdk-lib';
import { Architecture, Code, Function as LambdaFunction, Runtime, Tracing } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import type { Alarms } from '../monitoring/alarms.ts';
import type { FunctionIdentity } from './function-identity.ts';
import type { Settings } from './right.ts';

export interface RowFunctionProps {
  readonly identity: FunctionIdentity;
  readonly summary: string;
  /** the folder of all bundles, see scripts/bundle.ts */
  readonly bundles: string;
  readonly alarms: Alarms;
  /** the impact of a failure: the text of its alarms */
  readonly impact: string;
  readonly timeout: Duration;
  /** beside those that come with the rights */
  readonly settings?: Settings;
}

/** Timeout of operations: API Gateway gives up after 29 s, our client earlier. */
export const requestTimeout = Duration.seconds(28);

/** Timeout of scheduled functions and stream consumers, which may process a whole Org. */
export const backgroundTimeout = Duration.minutes(5);

/**
 * A function's share of a processor grows with its memory; 1,769 MB is one whole (AWS Lambda developer guide). Ours compute little and
 * wait much, but a cold start is computation: 512 MB is 0.29 of a processor, four times that of the smallest size.
 */
const memoryMb = 512;

/** The function of a row: its bundle, its settings, its alarms. */
export class RowFunction extends LambdaFunction {
  constructor(
    scope: Construct,
    id: string,
    { identity, summary, bundles, alarms, impact, timeout, settings }: RowFunctionProps,
  ) {
    super(scope, id, {
      functionName: identity.functionName,
      description: summary,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      code: Code.fromAsset(join(bundles, identity.row)),
      handler: 'index.handler',
      memorySize: memoryMb,
      timeout,
      role: identity.role.withoutPolicyUpdates(),
      logGroup: identity.logGroup,
      ...(identity.traced && { tracing: Tracing.ACTIVE }),
      ...(identity.reservedConcurrency && { reservedConcurrentExecutions: identity.reservedConcurrency }),
      environment: {
        POWERTOOLS_SERVICE_NAME: 'license-server',
        POWERTOOLS_METRICS_NAMESPACE: 'LicenseServer',
        ...Object.assign({}, ...identity.rights.map(right => right.settings)),
        ...settings,
      },
    });
    alarms.raise(this, 'Errors', {
      name: `${identity.row}-errors`,
      metric: this.metricErrors(),
      impact: `${identity.row} fails. ${impact}`,
      anchor: 'function-errors',
    });
    alarms.raise(this, 'Throttles', {
      name: `${identity.row}-throttles`,
      metric: this.metricThrottles(),
      impact: `${identity.row} is throttled by Lambda. ${impact}`,
      anchor: 'function-throttles',
    });
  }
}
