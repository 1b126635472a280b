import { Duration, Validations } from 'aws-cdk-lib';
import {
  CfnRestApi,
  EndpointAccessMode,
  EndpointType,
  LambdaIntegration,
  LogGroupLogDestination,
  MethodLoggingLevel,
  type ResponseType,
  RestApi,
  SecurityPolicy,
} from 'aws-cdk-lib/aws-apigateway';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { Operation } from '../../lambdas/platform/area.ts';
import type { Alarms } from '../monitoring/alarms.ts';
import { removalPolicy } from '../removal.ts';
import type { DomainSettings, StageSettings } from '../stages.ts';
import { AccessLogging, accessLogFormat } from './access-log.ts';
import { Firewall } from './firewall.ts';
import { type GatewayProblem, gatewayProblems, problemText } from './gateway-problems.ts';
import { throttleOf } from './throttles.ts';

export interface ApiProps {
  readonly stage: StageSettings;
  readonly operations: Readonly<Record<string, Operation>>;
  /** by the row's key */
  readonly functions: ReadonlyMap<string, IFunction>;
  readonly alarms: Alarms;
}

/** TLS 1.3, or 1.2 with forward secrecy, on the API's own address too, where API Gateway accepts 1.0 by default. */
const tls = { securityPolicy: SecurityPolicy.TLS13_1_2_PFS_PQ_2025_09, endpointAccessMode: EndpointAccessMode.BASIC };

/** The REST API: one route for each operation, a firewall, and gateway errors as problems (RFC 9457). */
export class Api extends Construct {
  readonly rest: RestApi;
  /** base URL of all operations */
  readonly url: string;
  /** target of the DNS record of the domain, if the stage has one */
  readonly domainTarget: string | undefined;

  constructor(scope: Construct, id: string, { stage, operations, functions, alarms }: ApiProps) {
    super(scope, id);
    const log = new LogGroup(this, 'AccessLog', { retention: stage.logRetention, removalPolicy: removalPolicy(stage) });
    this.rest = new RestApi(this, 'Rest', {
      restApiName: `license-server-${stage.name}`,
      endpointTypes: [EndpointType.REGIONAL],
      binaryMediaTypes: ['*/*'],
      disableExecuteApiEndpoint: stage.domain !== undefined,
      deployOptions: {
        stageName: stage.name,
        accessLogDestination: new LogGroupLogDestination(log),
        accessLogFormat,
        loggingLevel: MethodLoggingLevel.OFF,
        // Metrics of each method cost $0.30 a month each; the functions count their own answers, and the API as a whole is counted free.
        metricsEnabled: false,
        throttlingRateLimit: stage.throttling.requestsPerSecond,
        throttlingBurstLimit: stage.throttling.burst,
        methodOptions: methodLimits(stage, operations),
        tracingEnabled: stage.tracing ?? false,
      },
      ...(stage.domain && { domainName: domainOptions(this, stage.domain) }),
    });
    if (stage.setsUpAccessLogging)
      this.rest.deploymentStage.node.addDependency(new AccessLogging(this, 'AccessLogging').account);
    this.url = stage.domain ? `https://${stage.domain.name}` : this.rest.url;
    this.domainTarget = this.rest.domainName?.domainNameAliasDomainName;
    requireTls(this.rest);
    for (const [row, { method, path }] of Object.entries(operations)) {
      const handler = functions.get(row);
      if (!handler) throw new Error(`The row ${row} has no function.`);
      this.rest.root
        .resourceForPath(path)
        .addMethod(method, new LambdaIntegration(handler, { allowTestInvoke: false }));
    }
    for (const { type, problem } of gatewayProblems) addProblem(this.rest, type, problem);
    new Firewall(this, 'Firewall', { stage, alarms, protects: this.rest.deploymentStage.stageArn });
    alarms.raise(this, 'Errors', {
      name: 'api-errors',
      metric: this.rest.metricServerError({ period: Duration.minutes(5) }),
      atLeast: 5,
      impact: 'Requests end with a 5xx: applications cannot create, renew or check keys, and retry.',
      anchor: 'api-errors',
    });
    acknowledge(this.rest);
  }
}

/** Returns the limits of methods that have one of their own, by `<path>/<method>`. */
function methodLimits({ throttling }: StageSettings, operations: ApiProps['operations']) {
  const limited = Object.values(operations).flatMap(operation => {
    const limit = throttleOf(operation, throttling);
    return limit ? [[`${operation.path}/${operation.method}`, limit] as const] : [];
  });
  return Object.fromEntries(
    limited.map(([method, { requestsPerSecond, burst }]) => [
      method,
      {
        loggingLevel: MethodLoggingLevel.OFF,
        metricsEnabled: false,
        throttlingRateLimit: requestsPerSecond,
        throttlingBurstLimit: burst,
      },
    ]),
  );
}

function domainOptions(scope: Construct, { name, certificateArn }: DomainSettings) {
  return {
    domainName: name,
    certificate: Certificate.fromCertificateArn(scope, 'Certificate', certificateArn),
    endpointType: EndpointType.REGIONAL,
    ...tls,
  };
}

/** Sets the TLS policy on the L1 resource: the construct has no property for it yet. */
function requireTls(api: RestApi): void {
  const resource = api.node.defaultChild;
  if (!(resource instanceof CfnRestApi)) throw new Error('The default child of the API is not a CfnRestApi.');
  resource.securityPolicy = tls.securityPolicy;
  resource.endpointAccessMode = tls.endpointAccessMode;
}

function addProblem(api: RestApi, type: ResponseType, problem: GatewayProblem): void {
  const retryAfter = problem.retryAfter && { 'Retry-After': `'${problem.retryAfter}'` };
  api.addGatewayResponse(type.responseType, {
    type,
    statusCode: String(problem.status),
    responseHeaders: { 'Content-Type': "'application/problem+json'", 'Cache-Control': "'no-store'", ...retryAfter },
    templates: { 'application/json': problemText(problem, 'urn:request:$context.requestId') },
  });
}

function acknowledge(api: RestApi): void {
  const signed =
    'Each handler verifies an RFC 9421 signature over the raw bytes before anything else; an authorizer does not see the body.';
  Validations.of(api).acknowledge(
    { id: 'AwsSolutions-APIG4', reason: signed },
    { id: 'AwsSolutions-COG4', reason: signed },
    {
      id: 'AwsSolutions-APIG2',
      reason: 'Bytes are verified before they are parsed; then the operation parses them with its own strict schema.',
    },
    {
      id: 'AwsSolutions-APIG6',
      reason:
        'Execution logs hold headers, and so signatures, and have no retention; the access log and the functions log every request.',
    },
  );
}
