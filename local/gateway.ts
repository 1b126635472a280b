import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Context } from 'aws-lambda';
import { type OperationId, operations } from '../lambdas/operations.ts';
import type { ProxyHandler } from '../lambdas/pipeline/serve.ts';
import { UndecodableUrl } from './aws/url-decoding.ts';
import { fromProxyResult, type GatewayResponse, toProxyEvent } from './gateway-event.ts';
import { matchRoute, pathInStage } from './gateway-route.ts';

export interface Gateway {
  readonly url: string;
  close(): Promise<void>;
}

const stage = 'local';
const maxBytes = 10 * 1024 * 1024;

/** Serves the operations on 127.0.0.1 as a regional REST API of API Gateway would. @param port 0 for any that is free */
export async function startGateway(port: number, handlerOf: (id: OperationId) => ProxyHandler): Promise<Gateway> {
  const server = createServer((request, response) => {
    answer(request, handlerOf).then(
      result => write(response, result),
      () => write(response, problem(500, 'internal', 'Something went wrong on our side')),
    );
  });
  const listening = await listen(server, port);
  return {
    url: `http://127.0.0.1:${listening}/${stage}`,
    close: async () => {
      server.closeAllConnections();
      await new Promise(resolve => server.close(resolve));
    },
  };
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const taken = `Port ${port} is taken: end what uses it, or choose another with --port.`;
      reject(error.code === 'EADDRINUSE' ? new Error(taken) : error);
    });
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      resolve(typeof address === 'object' && address ? address.port : port);
    });
  });
}

async function answer(
  request: IncomingMessage,
  handlerOf: (id: OperationId) => ProxyHandler,
): Promise<GatewayResponse> {
  const [rawTarget = '/', rawQuery = ''] = split(request.url ?? '/');
  const rawPath = pathInStage(rawTarget, stage);
  const body = await readBody(request);
  if (body === undefined) return problem(413, 'body-too-large', 'The body is larger than 10 MB');
  if (rawPath === undefined) return notFound();
  try {
    const rows = Object.entries(operations).filter(([, row]) => row.method === request.method);
    const route = matchRoute(
      rawPath,
      rows.map(([, { path }]) => path),
    );
    const id = rows.find(([, { path }]) => path === route?.resource)?.[0];
    if (!route || !isOperation(id)) return notFound();
    const method = request.method ?? 'GET';
    const wire = {
      method,
      rawPath,
      rawQuery,
      headers: pairs(request.rawHeaders),
      body,
      sourceIp: '127.0.0.1',
      requestId: randomUUID(),
      timeMs: Date.now(),
    };
    const event = toProxyEvent(wire, route, { stage, domainName: request.headers.host ?? '' });
    return fromProxyResult(await handlerOf(id)(event, contextOf(id)));
  } catch (error) {
    if (error instanceof UndecodableUrl) return problem(400, 'invalid-request', 'The URL has a broken escape');
    throw error;
  }
}

function isOperation(id: string | undefined): id is OperationId {
  return id !== undefined && id in operations;
}

function split(target: string): [string, string] {
  const mark = target.indexOf('?');
  return mark < 0 ? [target, ''] : [target.slice(0, mark), target.slice(mark + 1)];
}

async function readBody(request: IncomingMessage): Promise<Uint8Array | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size <= maxBytes) chunks.push(chunk);
  }
  return size <= maxBytes ? Buffer.concat(chunks) : undefined;
}

function pairs(raw: readonly string[]): [string, string][] {
  return raw.flatMap((name, i): [string, string][] => (i % 2 === 0 ? [[name, raw[i + 1] ?? '']] : []));
}

const handlerTimeoutMs = 10_000;

/** What the handlers see of Lambda's context. */
export function contextOf(functionName: string): Context {
  const ends = Date.now() + handlerTimeoutMs;
  return {
    functionName,
    functionVersion: '$LATEST',
    invokedFunctionArn: `arn:aws:lambda:eu-central-1:000000000000:function:${functionName}`,
    memoryLimitInMB: '512',
    awsRequestId: randomUUID(),
    logGroupName: '',
    logStreamName: '',
    callbackWaitsForEmptyEventLoop: false,
    getRemainingTimeInMillis: () => ends - Date.now(),
    done: () => {},
    fail: () => {},
    succeed: () => {},
  };
}

function notFound(): GatewayResponse {
  return problem(404, 'not-found', 'There is no such operation');
}

/** API Gateway's own errors, shaped as the stack shapes them. */
function problem(status: number, code: string, title: string): GatewayResponse {
  const body = JSON.stringify({ type: `urn:license-server:problem:${code}`, title, status, code });
  return { status, headers: [['content-type', 'application/problem+json']], body: Buffer.from(body) };
}

function write(response: ServerResponse, { status, headers, body }: GatewayResponse): void {
  response.writeHead(status, headers.flat());
  response.end(body);
}
