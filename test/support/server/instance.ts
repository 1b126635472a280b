import { randomUUID } from 'node:crypto';
import { loadHandler } from '../../../lambdas/areas.ts';
import type { OperationId } from '../../../lambdas/operations.ts';
import { operations } from '../../../lambdas/operations.ts';
import type { Runtime } from '../../../lambdas/platform/kernel/runtime.ts';
import type { ProxyHandler, ServedHandler } from '../../../lambdas/platform/request/serve.ts';
import { contextOf } from '../../../local/gateway.ts';
import { fromProxyResult, toProxyEvent } from '../../../local/gateway-event.ts';
import { matchRoute, pathInStage } from '../../../local/gateway-route.ts';
import type { Client } from '../../../sdk/client.ts';
import type { SigningKey } from '../../../sdk/signing-key.ts';
import { signedClient } from '../clients/signed-client.ts';
import type { TestServer } from './server.ts';

/** One instance of every function after a cold start: own clients, own caches; the table, keys and secrets are the world's. */
export interface Instance {
  handler(id: OperationId): ProxyHandler;
  /** calls the functions as the gateway would, without a socket between */
  readonly fetch: typeof fetch;
  client(key: SigningKey): Client;
}

const stage = 'local';

/** @param runtime replaces parts of each function's runtime */
export async function startInstance(server: TestServer, runtime: Partial<Runtime> = {}): Promise<Instance> {
  const served = await loadHandlers();
  const live = new Map<OperationId, ProxyHandler>();
  const start = (id: OperationId) => {
    const handler = server.meter.during(id, served[id].on({ ...server.world.runtime, ...runtime }));
    live.set(id, handler);
    return handler;
  };
  const handler = (id: OperationId) => live.get(id) ?? start(id);
  const viaGateway: typeof fetch = async (input, init) => await answer(String(input), init ?? {}, handler);
  return {
    handler,
    fetch: viaGateway,
    client: key => signedClient(server, key, viaGateway),
  };
}

let loaded: Promise<Record<OperationId, ServedHandler>> | undefined;

async function loadHandlers(): Promise<Record<OperationId, ServedHandler>> {
  loaded ??= Promise.all(operationIds().map(async id => [id, await loadHandler<ServedHandler>(id)])).then(entries =>
    Object.fromEntries(entries),
  );
  return await loaded;
}

export function operationIds(): OperationId[] {
  return Object.keys(operations).filter((id): id is OperationId => id in operations);
}

async function answer(url: string, init: RequestInit, handlerOf: Instance['handler']): Promise<Response> {
  const { host, pathname, search } = new URL(url);
  const method = init.method ?? 'GET';
  const rawPath = pathInStage(pathname, stage) ?? '';
  const rows = operationIds().filter(id => operations[id].method === method);
  const route = matchRoute(
    rawPath,
    rows.map(id => operations[id].path),
  );
  const id = rows.find(row => operations[row].path === route?.resource);
  if (!route || !id) return new Response('{}', { status: 404 });
  const wire = {
    method,
    rawPath,
    rawQuery: search.slice(1),
    headers: [...new Headers(init.headers)],
    body: new Uint8Array(Buffer.from(typeof init.body === 'string' ? init.body : '')),
    sourceIp: '127.0.0.1',
    requestId: randomUUID(),
    timeMs: 0,
  };
  const event = toProxyEvent(wire, route, { stage, domainName: host });
  const result = fromProxyResult(await handlerOf(id)(event, contextOf(id)));
  return new Response(Buffer.from(result.body), { status: result.status, headers: result.headers });
}
