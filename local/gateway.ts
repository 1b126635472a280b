import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Context } from 'aws-lambda';
import { type OperationId, operations } from '../lambdas/operations.ts';
import type { ProxyHandler } from '../lambdas/platform/request/serve.ts';
import { UndecodableUrlError } from './aws/url-decoding.ts';
import { fromProxyResult, type GatewayResponse, toProxyEvent } from './gateway-event.ts';
import { matchRoute, pathInStage } from './gateway-route.ts';
import { pairs, readBody, split } from './wire-request.ts';

export interface Gateway {
  readonly url: string;
  close(): Promise<void>;
}

/** A completed request. */
export interface AnsweredRequest {
  readonly method: string;
  /** Path with the stage, without the query. */
  readonly path: string;
  readonly status: number;
  readonly milliseconds: number;
}

const stage = 'local';
const graceMs = 2000;

/**
 * Serves the operations on 127.0.0.1 like a regional REST API of API Gateway.
 *
 * @param port 0 for any free port
 * @param watch receives every completed request
 */
export async function startGateway(
  port: number,
  handlerOf: (id: OperationId) => ProxyHandler,
  watch: (answered: AnsweredRequest) => void = () => {},
): Promise<Gateway> {
  const server = createServer((request, response) => {
    const from = performance.now();
    answer(request, handlerOf)
      .catch(() => problem(500, 'internal', 'Internal server error'))
      .then(result => {
        write(response, result);
        const [path = ''] = split(request.url ?? '/');
        const milliseconds = performance.now() - from;
        watch({ method: request.method ?? '', path, status: result.status, milliseconds });
      })
      .catch(() => response.destroy());
  });
  const listening = await listen(server, port);
  return {
    url: `http://127.0.0.1:${listening}/${stage}`,
    close: async () => {
      const closed = new Promise(resolve => server.close(resolve));
      server.closeIdleConnections();
      // Running requests are completed first; the rest is cut off after the grace time.
      const cut = setTimeout(() => server.closeAllConnections(), graceMs);
      await closed;
      clearTimeout(cut);
    },
  };
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const taken = `The port ${port} is in use. Stop the program that uses it, or choose another with --port.`;
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
    // The path decides first, then the method: so does API Gateway.
    const rows = Object.entries(operations);
    const paths = new Set(rows.map(([, { path }]) => path));
    const route = matchRoute(rawPath, [...paths]);
    const id = rows.find(([, row]) => row.path === route?.resource && row.method === request.method)?.[0];
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
    if (error instanceof UndecodableUrlError) return problem(400, 'invalid-request', 'The URL has a broken escape');
    throw error;
  }
}

function isOperation(id: string | undefined): id is OperationId {
  return id !== undefined && id in operations;
}

const handlerTimeoutMs = 28_000;

/** Returns the Lambda context of a handler. */
export function contextOf(functionName: string): Context {
  const ends = performance.now() + handlerTimeoutMs;
  return {
    functionName,
    functionVersion: '$LATEST',
    invokedFunctionArn: `arn:aws:lambda:eu-central-1:000000000000:function:${functionName}`,
    memoryLimitInMB: '512',
    awsRequestId: randomUUID(),
    logGroupName: '',
    logStreamName: '',
    callbackWaitsForEmptyEventLoop: false,
    getRemainingTimeInMillis: () => ends - performance.now(),
    done: () => {},
    fail: () => {},
    succeed: () => {},
  };
}

function notFound(): GatewayResponse {
  return problem(404, 'not-found', 'There is no such operation');
}

/** Builds an error of API Gateway, in the format of the stack. */
function problem(status: number, code: string, title: string): GatewayResponse {
  const instance = `urn:request:${randomUUID()}`;
  const body = JSON.stringify({ type: `urn:license-server:problem:${code}`, title, status, instance, code });
  return { status, headers: [['content-type', 'application/problem+json']], body: Buffer.from(body) };
}

function write(response: ServerResponse, { status, headers, body }: GatewayResponse): void {
  response.writeHead(status, headers.flat());
  response.end(body);
}
