import type { APIGatewayEventIdentity, APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import { decodeQuery } from './aws/url-decoding.ts';
import type { MatchedRoute } from './gateway-route.ts';

/** A request as received. */
export interface GatewayRequest {
  method: string;
  /** Without the stage, not decoded. */
  rawPath: string;
  /** Without the question mark, not decoded. */
  rawQuery: string;
  headers: [name: string, value: string][];
  body: Uint8Array;
  sourceIp: string;
  requestId: string;
  timeMs: number;
}

/**
 * Builds the event that a REST API of API Gateway (Lambda proxy integration, all media types binary) sends for a request.
 *
 * @throws UndecodableUrl
 */
export function toProxyEvent(
  request: GatewayRequest,
  route: MatchedRoute,
  gateway: { stage: string; domainName: string },
): APIGatewayProxyEvent {
  const headers = gather(request.headers, name => name.toLowerCase());
  const query = gather(decodeQuery(request.rawQuery), name => name);
  const hasBody = request.body.length > 0;
  return {
    resource: route.resource,
    path: request.rawPath,
    httpMethod: request.method,
    headers: lastOfEach(headers),
    multiValueHeaders: headers,
    queryStringParameters: nullWhenEmpty(lastOfEach(query)),
    multiValueQueryStringParameters: nullWhenEmpty(query),
    pathParameters: nullWhenEmpty(route.pathParameters),
    stageVariables: null,
    requestContext: requestContext(request, route.resource, gateway),
    body: hasBody ? Buffer.from(request.body).toString('base64') : null,
    isBase64Encoded: hasBody,
  };
}

export interface GatewayResponse {
  status: number;
  headers: [name: string, value: string][];
  body: Uint8Array;
}

/** Builds the response of a REST API from a handler's result: a name in both kinds of headers counts once. */
export function fromProxyResult(result: APIGatewayProxyResult): GatewayResponse {
  const values = new Map(Object.entries(result.headers ?? {}).map(([name, value]) => [name.toLowerCase(), [value]]));
  for (const [name, all] of Object.entries(result.multiValueHeaders ?? {})) values.set(name.toLowerCase(), all);
  // Default of API Gateway.
  if (!values.has('content-type')) values.set('content-type', ['application/json']);
  return {
    status: result.statusCode,
    headers: [...values].flatMap(([name, all]) => all.map((value): [string, string] => [name, String(value)])),
    body: Buffer.from(result.body, result.isBase64Encoded === true ? 'base64' : 'utf8'),
  };
}

function requestContext(
  request: GatewayRequest,
  resourcePath: string,
  gateway: { stage: string; domainName: string },
): APIGatewayProxyEvent['requestContext'] {
  return {
    accountId: '000000000000',
    apiId: 'local',
    authorizer: null,
    domainName: gateway.domainName,
    domainPrefix: gateway.domainName.split('.')[0],
    extendedRequestId: request.requestId,
    httpMethod: request.method,
    identity: { ...anonymous, sourceIp: request.sourceIp, userAgent: userAgent(request.headers) },
    path: `/${gateway.stage}${request.rawPath}`,
    protocol: 'HTTP/1.1',
    requestId: request.requestId,
    requestTime: commonLogTime(request.timeMs),
    requestTimeEpoch: request.timeMs,
    resourceId: 'local',
    resourcePath,
    stage: gateway.stage,
  };
}

const anonymous: Omit<APIGatewayEventIdentity, 'sourceIp' | 'userAgent'> = {
  accessKey: null,
  accountId: null,
  apiKey: null,
  apiKeyId: null,
  caller: null,
  clientCert: null,
  cognitoAuthenticationProvider: null,
  cognitoAuthenticationType: null,
  cognitoIdentityId: null,
  cognitoIdentityPoolId: null,
  principalOrgId: null,
  user: null,
  userArn: null,
};

/** Groups values by name, in their order, under the first spelling. */
function gather(pairs: [name: string, value: string][], sameName: (name: string) => string): Record<string, string[]> {
  const groups = new Map<string, [name: string, values: string[]]>();
  for (const [name, value] of pairs) {
    const group = groups.get(sameName(name));
    if (group === undefined) groups.set(sameName(name), [name, [value]]);
    else group[1].push(value);
  }
  return Object.fromEntries(groups.values());
}

function lastOfEach(values: Record<string, string[]>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([name, all]) => [name, all.at(-1) ?? '']));
}

function nullWhenEmpty<T extends object>(values: T): T | null {
  return Object.keys(values).length === 0 ? null : values;
}

function userAgent(headers: [name: string, value: string][]): string | null {
  return headers.findLast(([name]) => name.toLowerCase() === 'user-agent')?.[1] ?? null;
}

/** Formats a time such as `21/Nov/2026:01:47:41 +0000`. */
function commonLogTime(timeMs: number): string {
  const [, day, month, year, time] = new Date(timeMs).toUTCString().split(' ');
  return `${day}/${month}/${year}:${time} +0000`;
}
