import type { APIGatewayProxyEvent } from 'aws-lambda';
import { Refusal } from '../../../domain/kernel/refusal.ts';

const unreserved = /^[A-Za-z0-9._~-]*$/;

/**
 * Returns the query as the client must have signed it. The event has only decoded parameters, so names and values are unreserved
 * characters (RFC 3986 section 2.3), each name once, sorted. @returns empty, or `?a=1&b=2`
 */
export function canonicalQuery(event: APIGatewayProxyEvent): string {
  const pairs = Object.entries(event.multiValueQueryStringParameters ?? {}).map(([name, values]) => {
    const [value = '', ...others] = values ?? [];
    const wrong =
      others.length > 0
        ? 'must not occur twice'
        : unreserved.test(name) && unreserved.test(value)
          ? ''
          : 'must have unreserved characters only (RFC 3986)';
    if (wrong)
      throw new Refusal('invalid-request', 'A query parameter is invalid. See `errors`.', [
        { pointer: '#/query', detail: wrong },
      ]);
    return `${name}=${value}`;
  });
  return pairs.length > 0 ? `?${pairs.sort().join('&')}` : '';
}
