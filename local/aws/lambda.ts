import { isNativeError } from 'node:util/types';
import { ServiceError } from './service-error.ts';

export type LambdaFunction = (event: unknown) => Promise<unknown>;

/** Result of an invocation: the function's result, or its error. */
export interface Invocation {
  readonly functionError: 'Unhandled' | undefined;
  /** JSON text. */
  readonly payload: string;
}

/** Event source mapping of a function, as Lambda reports it. */
export interface EventSource {
  readonly State: string;
  readonly LastProcessingResult: string;
}

/** Quota "Invocation payload" of AWS Lambda, for an answer. */
const maxAnswerBytes = 6_291_556;

const functionsPath = /^\/2015-03-31\/functions\/([^/]+)\/configuration$/;
const eventSourcesPath = /^\/2015-03-31\/event-source-mappings\/?$/;

/**
 * Emulates AWS Lambda: Invoke calls functions of this process by name; GetFunctionConfiguration and ListEventSourceMappings
 * describe deployed functions.
 */
export class LambdaEmulator {
  readonly #functions: Map<string, LambdaFunction>;
  readonly #settings = new Map<string, Readonly<Record<string, string>>>();
  readonly #eventSources = new Map<string, EventSource>();

  constructor(functions: Record<string, LambdaFunction>) {
    this.#functions = new Map(Object.entries(functions));
  }

  setFunction(name: string, fn: LambdaFunction): void {
    this.#functions.set(name, fn);
  }

  setSettings(name: string, settings: Readonly<Record<string, string>>): void {
    this.#settings.set(name, settings);
  }

  setEventSource(name: string, source: EventSource): void {
    this.#eventSources.set(name, source);
  }

  /** Answers a GET request. @returns undefined for a path that is not Lambda's @throws ResourceNotFoundException */
  describe({ pathname, searchParams }: URL): object | undefined {
    const name = functionsPath.exec(pathname)?.[1];
    if (name !== undefined) return this.#configuration(decodeURIComponent(name));
    if (!eventSourcesPath.test(pathname)) return undefined;
    const source = this.#eventSources.get(searchParams.get('FunctionName') ?? '');
    return { EventSourceMappings: source ? [source] : [] };
  }

  #configuration(name: string): object {
    const Variables = this.#settings.get(name);
    if (!Variables) throw new ServiceError('ResourceNotFoundException', `Function not found: ${name}`, 404);
    return { FunctionName: name, Environment: { Variables } };
  }

  /**
   * @param reference a name, an ARN, or a partial ARN
   * @throws ResourceNotFoundException, InvalidParameterValueException, InvalidRequestContentException
   */
  async invoke(reference: string, invocationType: string | undefined, body: Buffer): Promise<Invocation> {
    const fn = this.#find(reference);
    if (invocationType !== undefined && invocationType !== 'RequestResponse') {
      const message = `The local Lambda supports InvocationType RequestResponse only, not ${invocationType}`;
      throw new ServiceError('InvalidParameterValueException', message);
    }
    const event = parseEvent(body);
    try {
      const payload = JSON.stringify((await fn(event)) ?? null);
      if (Buffer.byteLength(payload) > maxAnswerBytes) throw new ResponseTooLarge();
      return { functionError: undefined, payload };
    } catch (error) {
      return { functionError: 'Unhandled', payload: JSON.stringify(errorPayload(error)) };
    }
  }

  /** @param reference a name, an ARN, or a partial ARN */
  has(reference: string): boolean {
    return this.#functions.has(nameOf(reference));
  }

  #find(reference: string): LambdaFunction {
    const name = nameOf(reference);
    const fn = this.#functions.get(name);
    if (fn === undefined) throw new ServiceError('ResourceNotFoundException', `Function not found: ${name}`, 404);
    return fn;
  }
}

function nameOf(reference: string): string {
  return /(?:^|:)function:([^:]+)/.exec(reference)?.[1] ?? reference;
}

/** How Lambda names an answer that exceeds its quota; the invocation itself succeeds, with FunctionError. */
class ResponseTooLarge extends Error {
  override readonly name = 'Function.ResponseSizeTooLarge';

  constructor() {
    super(`Response payload size exceeded maximum allowed payload size (${maxAnswerBytes} bytes).`);
  }
}

function parseEvent(body: Buffer): unknown {
  if (body.length === 0) return {};
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    throw new ServiceError('InvalidRequestContentException', 'Could not parse request body into json');
  }
}

function errorPayload(error: unknown): object {
  if (isNativeError(error)) return { errorMessage: error.message, errorType: error.name };
  return { errorMessage: String(error), errorType: typeof error };
}
