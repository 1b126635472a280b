import * as z from 'zod';
import { ServiceError } from './service-error.ts';

/** Operation of an emulated service; with `changes`, the state is saved before the response is sent. */
export interface Operation {
  readonly changes: boolean;
  readonly run: (input: unknown) => object;
}

/** An emulated AWS JSON 1.1 service. */
export interface JsonService {
  readonly name: string;
  /** Error type for input that violates the schema. */
  readonly invalidInput: string;
  readonly operations: ReadonlyMap<string, Operation>;
  /** Removes expired state. */
  expire(): void;
}

export function reading<S extends z.ZodType>(input: S, run: (input: z.output<S>) => object): Operation {
  return { changes: false, run: raw => run(input.parse(raw)) };
}

export function changing<S extends z.ZodType>(input: S, run: (input: z.output<S>) => object): Operation {
  return { changes: true, run: raw => run(input.parse(raw)) };
}

/** Returns the schema of bytes in base64; lengths count bytes. */
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
 * @throws ServiceError for every refusal, including input that violates the operation's schema
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
