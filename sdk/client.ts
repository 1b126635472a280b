import type * as z from 'zod';
import type { operations } from '../lambdas/operations.ts';
import { ProblemError } from './problem-error.ts';
import { routes } from './routes.ts';
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

export interface CallOptions {
  /** persist it before you call, and give it again when you repeat the call @default a new one */
  readonly idempotencyKey?: string;
  /** of the signature, 16 to 64 characters; the verdict of check-validity repeats it @default 128 random bits for each attempt */
  readonly nonce?: string;
}

export interface ClientSettings {
  /** with the stage: `https://abc.execute-api.eu-central-1.amazonaws.com/prod` */
  readonly url: string;
  /** not needed for the public operations */
  readonly key?: SigningKey;
  readonly fetch?: typeof fetch;
  /** seconds since 1970, for the signatures @default the clock of this machine */
  readonly now?: () => number;
  /** attempts on faults that pass (429, 5xx, no connection) @default 4 */
  readonly attempts?: number;
}

export interface Client {
  /** @throws ProblemError when the server refuses; TypeError when it can't be reached */
  call<O extends OperationName>(operation: O, input: Input<O>, options?: CallOptions): Promise<Answer<O>>;
  /** the same where the operation is known at run time only: the command line */
  callByName(operation: OperationName, input: Record<string, unknown>, options?: CallOptions): Promise<unknown>;
}

const firstPauseMs = 200;

/** A client of the license server. Each attempt is signed anew; a repeated mutation keeps its Idempotency-Key. */
export function createClient(settings: ClientSettings): Client {
  const { attempts = 4 } = settings;
  async function callByName(operation: OperationName, input: Record<string, unknown>, options: CallOptions = {}) {
    const request = requestOf(settings.url, operation, input, options.idempotencyKey);
    for (let attempt = 1; ; attempt++) {
      const outcome = await send(request, settings, options).catch((fault: unknown) => ({ fault }));
      if ('answer' in outcome) return outcome.answer;
      if (attempt >= attempts || !mayPass(outcome.fault)) throw outcome.fault;
      await new Promise(resolve => setTimeout(resolve, Math.random() * firstPauseMs * 2 ** attempt));
    }
  }
  return {
    call: async (operation, input, options) =>
      (await callByName(operation, Object(input), options)) as Answer<typeof operation>,
    callByName,
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

async function send(
  request: PreparedRequest,
  { key, now, fetch: send = fetch }: ClientSettings,
  { nonce }: CallOptions,
): Promise<{ answer: unknown }> {
  const chosen = { ...(now && { created: now() }), ...(nonce !== undefined && { nonce }) };
  const headers = key ? await signRequest(request, key, chosen) : {};
  const response = await send(request.url, {
    method: request.method,
    headers,
    ...(request.body !== undefined && { body: request.body }),
  });
  if (!response.ok) throw new ProblemError(response.status, Object(await response.json().catch(() => ({}))));
  // An answer that breaks off is a lost one, never an empty one.
  return { answer: await response.json() };
}

function mayPass(fault: unknown): boolean {
  return fault instanceof ProblemError ? fault.status === 429 || fault.status >= 500 : fault instanceof TypeError;
}
