import * as z from 'zod';
import { stages } from '../../lib/stages.ts';
import { deploy, rows } from './support/deployment.ts';
import { readable } from './support/readable.ts';

const deployment = deploy(stages.dev);
const only = (type: string) => deployment.all(type)[0]?.properties ?? {};

const Method = z.object({
  HttpMethod: z.string(),
  ResourceId: z.unknown(),
  AuthorizationType: z.string(),
  ApiKeyRequired: z.boolean().optional(),
  AuthorizerId: z.unknown().optional(),
  Integration: z.object({ Type: z.string(), Uri: z.unknown() }),
});
const methods = deployment.all('AWS::ApiGateway::Method').map(({ properties }) => Method.parse(properties));

/** `api/Api/Rest/Default/v1/sites/{siteId}` → `/v1/sites/{siteId}` */
function pathOf(resourceId: unknown): string {
  return readable(deployment, 'api', resourceId).replace(/^<api\/Api\/Rest\/Default|>$/g, '');
}

test('every operation has its route to its own function, and there is no other', () => {
  const routes = methods.map(({ HttpMethod, ResourceId, Integration }) => {
    const row = /<operations\/Operations\/(.+)\/Function\.Arn>\/invocations$/.exec(
      readable(deployment, 'api', Integration.Uri),
    )?.[1];
    return `${row}: ${HttpMethod} ${pathOf(ResourceId)} ${Integration.Type}`;
  });
  expect(routes.sort()).toEqual(
    Object.entries(rows.operations)
      .map(([row, { method, path }]) => `${row}: ${method} ${path} AWS_PROXY`)
      .sort(),
  );
});

test('no route has an authorizer or a key that a caller would have to know of', () => {
  expect(
    methods.filter(method => method.AuthorizationType !== 'NONE' || method.ApiKeyRequired || method.AuthorizerId),
  ).toEqual([]);
});

test('a function is invoked by its own route only', () => {
  const permissions = deployment.all('AWS::Lambda::Permission').map(({ properties }) => properties);
  expect(permissions).toHaveLength(methods.length);
  const sources = permissions.map(({ SourceArn }) => readable(deployment, 'api', SourceArn));
  // test-invoke-stage would let the console in past the firewall.
  expect(sources.filter(source => source.includes('test-invoke-stage') || source.endsWith('/*/*'))).toEqual([]);
  expect(new Set(permissions.map(({ Principal }) => Principal))).toEqual(new Set(['apigateway.amazonaws.com']));
});

test('bodies reach the functions byte for byte', () => {
  expect(only('AWS::ApiGateway::RestApi').BinaryMediaTypes).toEqual(['*/*']);
});

test('nothing older than TLS 1.2 is spoken', () => {
  const { SecurityPolicy } = only('AWS::ApiGateway::RestApi');
  expect(SecurityPolicy).toBe('SecurityPolicy_TLS13_1_2_PFS_PQ_2025_09');
});

test('the stage has the name of the stage, throttles, and logs no request in full', () => {
  const { StageName, MethodSettings } = only('AWS::ApiGateway::Stage');
  expect(StageName).toBe('dev');
  expect(z.array(z.unknown()).parse(MethodSettings)[0]).toEqual({
    HttpMethod: '*',
    ResourcePath: '/*',
    LoggingLevel: 'OFF',
    DataTraceEnabled: false,
    MetricsEnabled: false,
    ThrottlingRateLimit: 100,
    ThrottlingBurstLimit: 200,
  });
});

test('the access log holds no header, query or body', () => {
  const { AccessLogSetting } = z
    .object({ AccessLogSetting: z.object({ Format: z.string() }) })
    .parse(only('AWS::ApiGateway::Stage'));
  const fields = [...AccessLogSetting.Format.matchAll(/\$context\.[\w.]+/g)].map(([field]) => field);
  expect(fields.sort()).toEqual(
    [
      'requestId',
      'identity.sourceIp',
      'requestTimeEpoch',
      'httpMethod',
      'resourcePath',
      'status',
      'error.responseType',
      'responseLength',
      'responseLatency',
      'integrationLatency',
    ]
      .map(field => `$context.${field}`)
      .sort(),
  );
});
