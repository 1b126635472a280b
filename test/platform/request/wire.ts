import { type OperationId, operations } from '../../../lambdas/operations.ts';
import { contextOf } from '../../../local/gateway.ts';
import { toProxyEvent } from '../../../local/gateway-event.ts';
import { matchRoute } from '../../../local/gateway-route.ts';
import { requestOf } from '../../../sdk/client.ts';
import { signRequest } from '../../../sdk/sign-request.ts';
import type { SigningKey } from '../../../sdk/signing-key.ts';
import type { TestServer } from '../../support/server/server.ts';

/** A request as it lies on the wire, to be recorded, bent and sent again. */
export interface WireRequest {
  readonly method: string;
  readonly host: string;
  /** without the stage */
  readonly path: string;
  readonly query: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Uint8Array;
}

export interface WireAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: Readonly<Record<string, unknown>>;
}

export const host = 'license.example';
export const stage = 'local';

/** The genuine request of an operation, signed by our SDK with the server's time. */
export async function genuineRequest(
  server: TestServer,
  operation: OperationId,
  input: Readonly<Record<string, unknown>>,
  key: SigningKey | undefined,
  idempotencyKey?: string,
): Promise<WireRequest> {
  const request = requestOf(`https://${host}/${stage}`, operation, { ...input }, idempotencyKey);
  const headers = key ? await signRequest(request, key, { created: server.clock.at }) : {};
  const url = new URL(request.url);
  return {
    method: request.method,
    host,
    path: url.pathname.slice(`/${stage}`.length),
    query: url.search.slice(1),
    headers: Object.entries(headers),
    body: Buffer.from(request.body ?? ''),
  };
}

/** Which operation the gateway would give a request to. */
export function routed({ method, path }: Pick<WireRequest, 'method' | 'path'>): OperationId | undefined {
  const rows = ids.filter(id => operations[id].method === method);
  const route = matchRoute(
    path,
    rows.map(id => operations[id].path),
  );
  return rows.find(id => operations[id].path === route?.resource);
}

export const ids = Object.keys(operations).filter((id): id is OperationId => id in operations);

/**
 * Gives a request to its handler as API Gateway would.
 * @param id another handler than the gateway would choose
 * @param remainingMs until Lambda ends the function @default as the local gateway says
 */
export async function send(
  server: TestServer,
  request: WireRequest,
  id = routed(request),
  remainingMs?: () => number,
): Promise<WireAnswer> {
  if (!id) return { status: 404, headers: {}, body: { code: 'not-found' } };
  const { path: resource } = operations[id];
  const route = matchRoute(request.path, [resource]) ?? { resource, pathParameters: {} };
  const event = toProxyEvent(
    {
      method: request.method,
      rawPath: request.path,
      rawQuery: request.query,
      headers: request.headers.map(([name, value]) => [name, value]),
      body: request.body,
      sourceIp: '127.0.0.1',
      requestId: `request-${++sent}`,
      timeMs: server.clock.at * 1000,
    },
    route,
    { stage, domainName: request.host },
  );
  const result = await server.meter.during(id, server.world.handler(id))(event, {
    ...contextOf(id),
    ...(remainingMs && { getRemainingTimeInMillis: remainingMs }),
  });
  return { status: result.statusCode, headers: result.headers ?? {}, body: JSON.parse(result.body) };
}
let sent = 0;

export function header({ headers }: WireRequest, name: string): string {
  return headers.find(([known]) => known === name)?.[1] ?? '';
}

/** The same request with a header replaced, added, or taken away. */
export function withHeader(request: WireRequest, name: string, value: string | undefined): WireRequest {
  const others = request.headers.filter(([known]) => known !== name);
  return { ...request, headers: value === undefined ? others : [...others, [name, value]] };
}
