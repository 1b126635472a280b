import { UndecodableUrlError } from '../../local/aws/url-decoding.ts';
import { fromProxyResult, type GatewayRequest, toProxyEvent } from '../../local/gateway-event.ts';

const gateway = { stage: 'dev', domainName: '127.0.0.1:3000' };
const route = { resource: '/v1/sites', pathParameters: {} };

function request(changes: Partial<GatewayRequest> = {}): GatewayRequest {
  return {
    method: 'POST',
    rawPath: '/v1/sites',
    rawQuery: '',
    headers: [],
    body: new Uint8Array(),
    sourceIp: '192.0.2.1',
    requestId: '7f6e',
    timeMs: Date.parse('2026-11-21T01:47:41Z'),
    ...changes,
  };
}

test('the path is without the stage, the path of the context with it', () => {
  const event = toProxyEvent(request(), { resource: '/v1/sites/{siteId}', pathParameters: { siteId: 's1' } }, gateway);
  expect(event).toMatchObject({
    resource: '/v1/sites/{siteId}',
    path: '/v1/sites',
    httpMethod: 'POST',
    pathParameters: { siteId: 's1' },
    requestContext: {
      path: '/dev/v1/sites',
      stage: 'dev',
      domainName: '127.0.0.1:3000',
      httpMethod: 'POST',
      requestId: '7f6e',
      resourcePath: '/v1/sites/{siteId}',
      requestTime: '21/Nov/2026:01:47:41 +0000',
      requestTimeEpoch: 1795225661000,
      identity: { sourceIp: '192.0.2.1', userAgent: null },
    },
  });
});

test('without query, parameters and body there is null', () => {
  expect(toProxyEvent(request(), route, gateway)).toMatchObject({
    queryStringParameters: null,
    multiValueQueryStringParameters: null,
    pathParameters: null,
    stageVariables: null,
    body: null,
    isBase64Encoded: false,
  });
});

test('a body is base64, byte for byte', () => {
  const { body, isBase64Encoded } = toProxyEvent(request({ body: Uint8Array.of(0, 255, 10) }), route, gateway);
  expect({ body, isBase64Encoded }).toEqual({ body: 'AP8K', isBase64Encoded: true });
});

test('headers keep every value and their spelling; the single ones are the last', () => {
  const headers: GatewayRequest['headers'] = [
    ['Signature', 'a'],
    ['signature', 'b'],
    ['User-Agent', 'curl'],
  ];
  const event = toProxyEvent(request({ headers }), route, gateway);
  expect(event.multiValueHeaders).toEqual({ Signature: ['a', 'b'], 'User-Agent': ['curl'] });
  expect(event.headers).toEqual({ Signature: 'b', 'User-Agent': 'curl' });
  expect(event.requestContext.identity.userAgent).toBe('curl');
});

test('the query is decoded, in both forms', () => {
  const event = toProxyEvent(
    request({ rawQuery: 'a=1&b=x%20y&a=%C3%BC&flag&c=d=e&p=q+r&&__proto__=z' }),
    route,
    gateway,
  );
  expect(JSON.parse(JSON.stringify(event.multiValueQueryStringParameters))).toEqual(
    JSON.parse('{"a":["1","ü"],"b":["x y"],"flag":[""],"c":["d=e"],"p":["q r"],"__proto__":["z"]}'),
  );
  expect(event.queryStringParameters).toMatchObject({ a: 'ü', b: 'x y', flag: '', c: 'd=e', p: 'q r' });
});

test('refuses a query that cannot be decoded', () => {
  expect(() => toProxyEvent(request({ rawQuery: 'a=%zz' }), route, gateway)).toThrow(UndecodableUrlError);
});

describe('the response of a result', () => {
  const text = (bytes: Uint8Array) => Buffer.from(bytes).toString();

  test('takes status, headers and text over', () => {
    const result = { statusCode: 201, headers: { 'Content-Type': 'text/plain', 'Retry-After': 3 }, body: 'grün' };
    const { status, headers, body } = fromProxyResult(result);
    expect(status).toBe(201);
    expect(headers).toEqual([
      ['content-type', 'text/plain'],
      ['retry-after', '3'],
    ]);
    expect(text(body)).toBe('grün');
  });

  test('a header of many values is sent once per value, and hides the single one of its name', () => {
    const multiValueHeaders = { link: ['a', 'b'] };
    const { headers } = fromProxyResult({ statusCode: 200, headers: { Link: 'c' }, multiValueHeaders, body: '' });
    expect(headers).toEqual([
      ['link', 'a'],
      ['link', 'b'],
      ['content-type', 'application/json'],
    ]);
  });

  test('decodes a base64 body', () => {
    const { body } = fromProxyResult({ statusCode: 200, body: 'AP8K', isBase64Encoded: true });
    expect([...body]).toEqual([0, 255, 10]);
  });
});
