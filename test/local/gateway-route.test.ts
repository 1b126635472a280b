import { UndecodableUrlError } from '../../local/aws/url-decoding.ts';
import { matchRoute, pathInStage } from '../../local/gateway-route.ts';

const routes = [
  '/v1/sites',
  '/v1/sites/{siteId}',
  '/v1/sites/{siteId}/key',
  '/v1/applications/{applicationId}',
  '/v1/applications/self',
  '/v1/applications/{applicationId}/{part}',
  '/v1/{kind}/self/key',
];

test.each([
  ['/v1/sites', '/v1/sites', {}],
  ['/v1/sites/s1', '/v1/sites/{siteId}', { siteId: 's1' }],
  ['/v1/sites/s1/key', '/v1/sites/{siteId}/key', { siteId: 's1' }],
  ['/v1/sites/key/key', '/v1/sites/{siteId}/key', { siteId: 'key' }],
  ['/v1/applications/self', '/v1/applications/self', {}],
  ['/v1/applications/selfish', '/v1/applications/{applicationId}', { applicationId: 'selfish' }],
  ['/v1/applications/self/key', '/v1/applications/{applicationId}/{part}', { applicationId: 'self', part: 'key' }],
  ['/v1/sites/a%20b%2Fc', '/v1/sites/{siteId}', { siteId: 'a b/c' }],
  ['/v1/sites/__proto__', '/v1/sites/{siteId}', { siteId: '__proto__' }],
])('%s is %s', (path, resource, pathParameters) => {
  expect(matchRoute(path, routes)).toEqual({ resource, pathParameters });
  expect(matchRoute(path, routes.toReversed())).toEqual({ resource, pathParameters });
});

test.each(['/', '', '/v1', '/v1/sites/', '/v1/sites//key', '/v2/sites', '/v1/sites/{siteId}/other', '/V1/sites'])(
  'nothing fits "%s"',
  path => {
    expect(matchRoute(path, routes)).toBeUndefined();
  },
);

test.each(['/v1/sites/%zz', '/v1/sites/%', '/v1/sites/%ff'])('refuses %s, which cannot be decoded', path => {
  expect(() => matchRoute(path, routes)).toThrow(UndecodableUrlError);
});

test.each([
  ['/dev/v1/sites', '/v1/sites'],
  ['/dev', '/'],
  ['/dev/', '/'],
  ['/develop/v1', undefined],
  ['/v1/sites', undefined],
])('within the stage dev, %s is %s', (rawPath, path) => {
  expect(pathInStage(rawPath, 'dev')).toBe(path);
});
