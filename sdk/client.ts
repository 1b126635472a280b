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

/** What an operation takes: the parameters of its path, its query and its body in one object. */
export type Input<O extends OperationName> = Field<Operations[O]['contract'], 'path'> &
  Field<Operations[O]['contract'], 'query'> &
  Field<Operations[O]['contract'], 'body'>;
export type Answer<O extends OperationName> = z.output<Operations[O]['contract']['answer']>;

export interface CallOptions extends RetrySettings {
  /** persist it before you call, and give it again when you repeat the call @default a new one */
  readonly idempotencyKey?: string;
  /** of the signature, 16 to 64 characters; the verdict of check-validity repeats it @default 128 random bits for each attempt */
  readonly nonce?: string;
}

export interface ClientSettings extends RetrySettings {
  /** with the stage: `https://abc.execute-api.eu-central-1.amazonaws.com/prod` */
  readonly url: string;
  /** not needed for the public operations */
  readonly key?: SigningKey;
  readonly fetch?: typeof fetch;
  /** seconds since 1970, for the signatures @default the clock of this machine */
  readonly now?: () => number;
}

export interface Client {
  readonly url: string;
  /** @throws ProblemError when the server refuses; what `fetch` throws, a TypeError mostly, when it can't be reached */
  call<O extends OperationName>(operation: O, input: Input<O>, options?: CallOptions): Promise<Answer<O>>;
  /** the same where the operation or its input is known at run time only: the command line, the keyring */
  callByName(operation: OperationName, input: Record<string, unknown>, options?: CallOptions): Promise<unknown>;
  /** seconds since 1970 by the server, as far as this client knows: right to 5 minutes once a signed call was answered */
  now(): number;
}

/**
 * A client of the license server. Each attempt is signed anew; a repeated mutation keeps its Idempotency-Key. A clock that is up to
 * a day off is corrected by what the server says, with one more attempt.
 * @throws TypeError when the URL is none, or not `https:` although it leads to another machine
 */
export function createClient(settings: ClientSettings): Client {
  if (!isServerUrl(settings.url))
    throw new TypeError(
      'The URL of the license server must be one such as https://licenses.example.com/prod: http:// is for this machine only, and it has no password and no query.',
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

/** Splits the input among path, query and body as the operation's route wants it. */
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
    // An answer that breaks off is a lost one, never an empty one.
    return response.ok ? { answer: await readJson(response) } : { fault: await problemOf(response) };
  } catch (fault) {
    return { fault };
  }
}
