import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import * as z from 'zod';
import { type Admitted, ProblemError } from '../sdk/index.ts';

export interface ServiceRequest {
  /** `{id}` of the path. */
  readonly id: string;
  readonly body: unknown;
  readonly authorization: string | undefined;
  /** Admission by the guard. */
  readonly license: Admitted | undefined;
}

/** Routes by method and path: `POST /dashboards/{id}/readings`. */
export type Routes = Readonly<Record<string, Route>>;
export interface Route {
  /** `expressGuard(guard)`, which also accepts requests of `node:http`. */
  readonly guard?: (request: IncomingMessage, response: ServerResponse, next: (error?: unknown) => void) => void;
  answer(asked: ServiceRequest): Promise<unknown>;
}

/** Thrown to refuse a request with problem details (RFC 9457). */
export class DeclinedError extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, detail: string) {
    super(detail);
    this.status = status;
    this.code = code;
  }
}

/** Starts a service on 127.0.0.1. @returns its URL */
export async function startJsonService(routes: Routes, port = 0): Promise<string> {
  const server = createServer((request, response) => {
    const { route, id } = routeOf(routes, `${request.method} ${request.url}`);
    const guard = route?.guard ?? ((_request, _response, next) => next());
    guard(request, response, error => {
      void (error ? Promise.reject(error) : answerOf(route, id, request))
        .then(answer => ({ status: 200, body: answer }))
        .catch(problemOf)
        .then(({ status, body }) => {
          response.writeHead(status, {
            'content-type': status === 200 ? 'application/json' : 'application/problem+json',
          });
          response.end(JSON.stringify(body));
        });
    });
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The service has no TCP address.');
  return `http://127.0.0.1:${address.port}`;
}

function routeOf(routes: Routes, asked: string): { route?: Route; id: string } {
  for (const [pattern, route] of Object.entries(routes)) {
    const match = new RegExp(`^${pattern.replaceAll('{id}', '([\\w.-]+)')}$`).exec(asked);
    if (match) return { route, id: match[1] ?? '' };
  }
  return { id: '' };
}

async function answerOf(route: Route | undefined, id: string, request: IncomingMessage): Promise<unknown> {
  if (!route) throw new DeclinedError(404, 'not-found', 'The path does not exist.');
  const { license } = Licensed.parse(request);
  const body = await bodyOf(request);
  return await route.answer({ id, body, authorization: request.headers.authorization, license });
}

const Licensed = z.object({ license: z.custom<Admitted>().optional() });
const maxBodyLength = 10_000;

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  let text = '';
  for await (const chunk of request.setEncoding('utf8')) {
    text += chunk;
    if (text.length > maxBodyLength) throw new DeclinedError(413, 'too-long', 'The body is too long.');
  }
  try {
    return text === '' ? undefined : JSON.parse(text);
  } catch {
    throw new DeclinedError(400, 'invalid-request', 'The body is not JSON.');
  }
}

/** Maps an error to a response; refusals of the license server are passed on. */
function problemOf(error: unknown): { status: number; body: object } {
  if (error instanceof ProblemError) return { status: error.status, body: { code: error.code, detail: error.message } };
  if (error instanceof DeclinedError)
    return { status: error.status, body: { code: error.code, detail: error.message } };
  if (error instanceof z.ZodError)
    return { status: 400, body: { code: 'invalid-request', detail: z.prettifyError(error) } };
  console.error(error);
  return { status: 500, body: { code: 'internal', detail: 'An internal error occurred; see the log.' } };
}

/** Calls another service. @throws DeclinedError when it refuses */
export async function ask(
  url: string,
  method: 'GET' | 'POST',
  options: { body?: unknown; headers?: Record<string, string> },
) {
  const { body, headers } = options;
  const response = await fetch(url, {
    method,
    ...(headers && { headers }),
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const answer: unknown = await response.json();
  if (response.ok) return answer;
  const { code = 'unknown', detail = 'no reason given' } = Object(answer);
  throw new DeclinedError(response.status, String(code), String(detail));
}
