import * as z from 'zod';
import { ServiceError } from './service-error.ts';

/** One operation of an emulated service; `changes` says that state must be kept before the answer leaves. */
export interface Operation {
  readonly changes: boolean;
  readonly run: (input: unknown) => object;
}

/** What the server needs of an AWS JSON 1.1 service. */
export interface JsonService {
  readonly name: string;
  /** The error type which this service gives to input that breaks its own schema. */
  readonly invalidInput: string;
  readonly operations: ReadonlyMap<string, Operation>;
  /** Removes what has ended by time alone. */
  expire(): void;
}

export function reading<S extends z.ZodType>(input: S, run: (input: z.output<S>) => object): Operation {
  return { changes: false, run: raw => run(input.parse(raw)) };
}

export function changing<S extends z.ZodType>(input: S, run: (input: z.output<S>) => object): Operation {
  return { changes: true, run: raw => run(input.parse(raw)) };
}

/** Bytes, which AWS JSON carries as base64; lengths count the bytes. */
export function blob(minLength: number, maxLength: number) {
  const length = `Member must have length between ${minLength} and ${maxLength}`;
  return z
    .base64()
    .transform(text => Buffer.from(text, 'base64'))
    .refine(bytes => bytes.length >= minLength && bytes.length <= maxLength, length);
}

/**
 * Runs one operation.
 *
 * @throws ServiceError for every refusal, input that breaks the operation's schema included
 */
export function callService(
  service: JsonService,
  operationName: string,
  input: unknown,
): { changed: boolean; answer: object } {
  const operation = service.operations.get(operationName);
  if (operation === undefined) {
    throw new ServiceError('UnknownOperationException', `The local ${service.name} has no ${operationName}`);
  }
  service.expire();
  try {
    return { changed: operation.changes, answer: operation.run(input) };
  } catch (error) {
    throw error instanceof z.ZodError ? new ServiceError(service.invalidInput, constraintMessage(error)) : error;
  }
}

function constraintMessage(error: z.ZodError): string {
  const violations = error.issues.map(
    issue => `Value at '${memberName(issue.path)}' failed to satisfy constraint: ${issue.message}`,
  );
  return `${violations.length} validation error${violations.length === 1 ? '' : 's'} detected: ${violations.join('; ')}`;
}

function memberName(path: readonly PropertyKey[]): string {
  const name = path.map(String).join('.');
  return name.charAt(0).toLowerCase() + name.slice(1);
}
