import { randomUUID } from 'node:crypto';
import type { APIGatewayProxyEvent } from 'aws-lambda';
import type { OperationId } from '../lambdas/operations.ts';
import { toProxyEvent } from '../local/gateway-event.ts';
import { matchRoute } from '../local/gateway-route.ts';
import { requestOf } from '../sdk/client.ts';
import { routes } from '../sdk/routes.ts';
import { signRequest } from '../sdk/sign-request.ts';
import type { TestServer } from '../test/support/server/server.ts';

/** Makes a maker of freshly signed events of one operation, as API Gateway would hand them to its function. */
export function signedEvent(
  server: TestServer,
  id: OperationId,
  input: Record<string, unknown>,
): () => Promise<APIGatewayProxyEvent> {
  return async () => {
    const request = requestOf(server.url, id, input);
    const headers = await signRequest(request, server.keys.hwf, { created: server.clock.at });
    const { host, pathname } = new URL(request.url);
    const rawPath = pathname.replace(/^\/local/, '');
    const route = matchRoute(rawPath, [routes[id].path]);
    if (!route) throw new Error(`${id} has another route`);
    const wire = {
      method: request.method,
      rawPath,
      rawQuery: '',
      headers: Object.entries(headers),
      body: Buffer.from(request.body ?? ''),
    };
    const arrival = { sourceIp: '127.0.0.1', requestId: randomUUID(), timeMs: server.clock.at * 1000 };
    return toProxyEvent({ ...wire, ...arrival }, route, { stage: 'local', domainName: host });
  };
}
