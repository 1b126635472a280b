import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { listenLocally, readBody, refuseBrowsers } from './http-server.ts';
import { callService, type JsonService } from './json-service.ts';
import { KmsEmulator } from './kms.ts';
import { type EventSource, LambdaEmulator, type LambdaFunction } from './lambda.ts';
import { SecretsManagerEmulator } from './secrets-manager.ts';
import { ServiceError } from './service-error.ts';
import { loadState, saveState } from './state-file.ts';

export interface LocalAws {
  /** For `endpoint` of an SDK client, or `AWS_ENDPOINT_URL_KMS`, `_SECRETS_MANAGER` and `_LAMBDA`. */
  readonly endpoint: string;
  readonly kms: KmsEmulator;
  readonly secrets: SecretsManagerEmulator;
  setFunction(name: string, fn: LambdaFunction): void;
  /** Sets the environment of a deployed function, invocable here or not. */
  setSettings(name: string, settings: Readonly<Record<string, string>>): void;
  setEventSource(name: string, source: EventSource): void;
  close(): Promise<void>;
}

export interface LocalAwsOptions {
  /** @default 0, any free port */
  port?: number;
  /** Keeps keys, aliases and secrets. @default memory only */
  stateFile?: string;
  functions?: Record<string, LambdaFunction>;
  /** Milliseconds since 1970. @default the system's clock */
  now?: () => number;
}

interface Answer {
  readonly status: number;
  readonly headers: Record<string, string>;
  /** JSON text. */
  readonly body: string;
}

/**
 * Starts KMS, Secrets Manager and Lambda's Invoke on one port of 127.0.0.1. Callers are not authenticated.
 *
 * @throws CorruptStateFile
 */
export async function startAws(options: LocalAwsOptions = {}): Promise<LocalAws> {
  const now = options.now ?? Date.now;
  const kms = new KmsEmulator(now);
  const lambda = new LambdaEmulator(options.functions ?? {});
  const secrets = new SecretsManagerEmulator(
    now,
    {
      has: functionArn => lambda.has(functionArn),
      invoke: async (functionArn, event) => {
        const { functionError } = await lambda.invoke(functionArn, undefined, Buffer.from(JSON.stringify(event)));
        return functionError === undefined;
      },
    },
    kmsKeyId => kms.canEncrypt(kmsKeyId),
  );
  const { stateFile } = options;

  function restore(): void {
    const state = stateFile === undefined ? undefined : loadState(stateFile);
    kms.restore(state?.kms ?? { keys: [], aliases: [] });
    secrets.restore(state?.secrets ?? []);
  }

  function keep(): void {
    if (stateFile === undefined) return;
    try {
      saveState(stateFile, { version: 1, kms: kms.snapshot(), secrets: secrets.snapshot() });
    } catch (error) {
      // A failed request must have no effect: the caller retries it.
      restore();
      throw error;
    }
  }

  const services = new Map<string, JsonService>([
    ['TrentService', kms],
    ['secretsmanager', secrets],
  ]);

  async function answer(request: IncomingMessage): Promise<Answer> {
    refuseBrowsers(request);
    const body = await readBody(request);
    const functionName = invokedFunction(request);
    if (functionName !== undefined) {
      const invocation = await lambda.invoke(functionName, header(request, 'x-amz-invocation-type'), body);
      return invocationAnswer(invocation.payload, invocation.functionError);
    }
    const described = request.method === 'GET' ? lambda.describe(urlOf(request)) : undefined;
    if (described)
      return { status: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(described) };
    const [serviceName = '', operationName = ''] = (header(request, 'x-amz-target') ?? '').split('.');
    const service = services.get(serviceName);
    if (service === undefined) throw new ServiceError('UnknownOperationException', 'No such service is emulated here');
    const call = callService(service, operationName, parseInput(body));
    if (call.changed) keep();
    return {
      status: 200,
      headers: { 'content-type': 'application/x-amz-json-1.1' },
      body: JSON.stringify(call.answer),
    };
  }

  restore();
  const server = await listenLocally(options.port ?? 0, (request, response) => {
    void answer(request)
      .catch(errorAnswer)
      .then(result => send(response, result));
  });
  return {
    ...server,
    kms,
    secrets,
    setFunction: (name, fn) => lambda.setFunction(name, fn),
    setSettings: (name, settings) => lambda.setSettings(name, settings),
    setEventSource: (name, source) => lambda.setEventSource(name, source),
  };
}

function header(request: IncomingMessage, name: string): string | undefined {
  return [request.headers[name]].flat()[0];
}

function invokedFunction(request: IncomingMessage): string | undefined {
  if (request.method !== 'POST') return undefined;
  const { pathname } = urlOf(request);
  const name = /^\/2015-03-31\/functions\/([^/]+)\/invocations$/.exec(pathname)?.[1];
  return name === undefined ? undefined : decodeURIComponent(name);
}

function urlOf({ url = '/' }: IncomingMessage): URL {
  return new URL(url, 'http://127.0.0.1');
}

function invocationAnswer(payload: string, functionError: string | undefined): Answer {
  const headers: Record<string, string> = { 'content-type': 'application/json', 'x-amz-executed-version': '$LATEST' };
  if (functionError !== undefined) headers['x-amz-function-error'] = functionError;
  return { status: 200, headers, body: payload };
}

function parseInput(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    throw new ServiceError('SerializationException', 'The request is not JSON');
  }
}

/** Maps an error to a response; an unexpected one is a fault of the emulator or the disk, 500 as in AWS. */
function errorAnswer(error: unknown): Answer {
  const known =
    error instanceof ServiceError
      ? error
      : new ServiceError('InternalFailure', `The local service failed: ${error}`, 500);
  const headers = { 'content-type': 'application/x-amz-json-1.1', 'x-amzn-errortype': known.type };
  return { status: known.status, headers, body: JSON.stringify({ __type: known.type, message: known.message }) };
}

function send(response: ServerResponse, answer: Answer): void {
  const body = Buffer.from(answer.body);
  response.writeHead(answer.status, {
    ...answer.headers,
    'x-amzn-requestid': randomUUID(),
    'content-length': body.length,
  });
  response.end(body);
}
