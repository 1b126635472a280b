import type * as z from 'zod';
import type { operations } from '../lambdas/operations.ts';
import { problemOf } from './problem-error.ts';
import { readJson } from './read-json.ts';
import { createRetries, type RetrySettings } from './retries.ts';
import { routes } from './routes.ts';
import { createServerClock } from './server-clock.ts';
import { isServerUrl } from './server-url.ts';
import { randomName, signRequest } from './sign-request.ts';
import type { SigningKey } from './signing-key.ts';

type Operations = typeof operations;
export type OperationName = keyof Operations;
type InputOf<S> = S extends z.ZodType ? z.input<S> : unknown;
type Field<C, F extends string> = C extends Record<F, infer S> ? InputOf<S> : unknown;

/** Input of an operation: the parameters of its path, its query and its body in one object. */
export type Input<O extends OperationName> = Field<Operations[O]['contract'], 'path'> &
  Field<Operations[O]['contract'], 'query'> &
  Field<Operations[O]['contract'], 'body'>;
/** Response body of an operation. */
export type Answer<O extends OperationName> = z.output<Operations[O]['contract']['answer']>;

export interface CallOptions extends RetrySettings {
  /** Persist it before the call, and pass the same one when you repeat the call. @default a new one */
  readonly idempotencyKey?: string;
  /** Nonce of the signature, 16 to 64 characters; the verdict of check-validity contains it. @default 128 random bits for each attempt */
  readonly nonce?: string;
}

export interface ClientSettings extends RetrySettings {
  /** Base URL with the stage: `https://abc.execute-api.eu-central-1.amazonaws.com/prod` */
  readonly url: string;
  /** Key that signs the requests; not needed for public operations. */
  readonly key?: SigningKey;
  readonly fetch?: typeof fetch;
  /** Returns the time of the signatures in seconds since 1970. @default the clock of this machine */
  readonly now?: () => number;
}

export interface Client {
  readonly url: string;
  /** Calls an operation. @throws ProblemError when the server refuses; the error of `fetch`, mostly a TypeError, when it can't be reached */
  call<O extends OperationName>(operation: O, input: Input<O>, options?: CallOptions): Promise<Answer<O>>;
  /** Calls an operation whose name or input is known at run time only. @throws as `call` */
  callByName(operation: OperationName, input: Record<string, unknown>, options?: CallOptions): Promise<unknown>;
  /** Returns the server's time in seconds since 1970; accurate to 5 minutes once a signed call was answered. */
  now(): number;
}

/**
 * Creates a client of the license server. Each attempt has a new signature; a retried mutation keeps its Idempotency-Key.
 * A clock that is up to 25 hours off is corrected by the server's time, with one more attempt.
 * @throws TypeError when the URL is invalid, or not `https:` although it refers to another machine
 */
export function createClient(settings: ClientSettings): Client {
  if (!isServerUrl(settings.url))
    throw new TypeError(
      'The URL of the license server is invalid: expected https://licenses.example.com/prod (http:// for this machine only), without a password or a query.',
    );
  const clock = createServerClock(settings.now ?? (() => Math.floor(Date.now() / 1000)));
  async function callByName(operation: OperationName, input: Record<string, unknown>, options: CallOptions = {}) {
    const request = requestOf(settings.url, operation, input, options.idempotencyKey);
    const retries = createRetries({ ...settings, ...options });
    for (let corrected = false; ; ) {
      const headers = await headersOf(request, settings.key, clock.now(), options.nonce);
      const outcome = await send(request, headers, settings, retries.timeoutMs());
      if ('answer' in outcome) return outcome.answer;
      if (!corrected && clock.learnFrom(outcome.fault)) {
        corrected = true;
        continue;
      }
      const pauseMs = retries.pauseAfter(outcome.fault);
      if (pauseMs === undefined) throw outcome.fault;
      await new Promise(resolve => setTimeout(resolve, pauseMs));
    }
  }
  return {
    url: settings.url,
    call: async (operation, input, options) =>
      (await callByName(operation, Object(input), options)) as Answer<typeof operation>,
    callByName,
    now: clock.now,
  };
}

export interface PreparedRequest {
  readonly method: string;
  readonly url: string;
  readonly body?: string;
  readonly idempotencyKey?: string;
}

/** Distributes the input over path, query and body as the operation's route declares. */
export function requestOf(
  base: string,
  operation: OperationName,
  input: Record<string, unknown>,
  idempotencyKey?: string,
): PreparedRequest {
  const { method, path, effect, body } = routes[operation];
  const rest = new Map(Object.entries(input).filter(([, value]) => value !== undefined));
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = rest.get(name);
    rest.delete(name);
    return String(value ?? '');
  });
  const query = method === 'GET' ? [...rest].map(([name, value]) => `${name}=${value}`).sort() : [];
  const url = `${base.replace(/\/$/, '')}${filled}${query.length > 0 ? `?${query.join('&')}` : ''}`;
  return {
    method,
    url,
    ...(body && { body: JSON.stringify(Object.fromEntries(rest)) }),
    ...(effect !== 'read' && { idempotencyKey: idempotencyKey ?? randomName() }),
  };
}

async function headersOf(
  request: PreparedRequest,
  key: SigningKey | undefined,
  created: number,
  nonce: string | undefined,
): Promise<Record<string, string>> {
  return key ? await signRequest(request, key, { created, ...(nonce !== undefined && { nonce }) }) : {};
}

async function send(
  { method, url, body }: PreparedRequest,
  headers: Record<string, string>,
  { fetch: send = fetch }: ClientSettings,
  timeoutMs: number,
): Promise<{ answer: unknown } | { fault: unknown }> {
  try {
    const signal = AbortSignal.timeout(timeoutMs);
    const response = await send(url, {
      method,
      headers,
      signal,
      redirect: 'error',
      ...(body !== undefined && { body }),
    });
    // A truncated response counts as lost, never as empty.
    return response.ok ? { answer: await readJson(response) } : { fault: await problemOf(response) };
  } catch (fault) {
    return { fault };
  }
}
