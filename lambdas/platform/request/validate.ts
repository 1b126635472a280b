import type * as z from 'zod';
import { type FieldError, Refusal } from '../../../domain/kernel/refusal.ts';
import { parseJson } from './parse-json.ts';
import { headerValues, type PipelineState } from './pipeline-state.ts';

const maxErrors = 20;

/** Parses path, query and body by the schemas of the operation. @throws invalid-request with pointers */
export function validate(state: PipelineState): void {
  const { contract, event, body } = state;
  state.path = parsed(contract.path, event.pathParameters ?? {}, '#/path');
  state.query = parsed(contract.query, singleValues(event.multiValueQueryStringParameters), '#/query');
  if (contract.body) assertJson(state);
  else if (body.length > 0) throw wrong([{ pointer: '#/body', detail: 'must be absent: the operation has no body' }]);
  state.parsedBody = contract.body && parsed(contract.body, parseJson(body), '#/body');
}

function assertJson({ event, body }: PipelineState): void {
  if (body.length === 0) throw wrong([{ pointer: '#/body', detail: 'is missing' }]);
  const [type, ...others] = headerValues(event, 'content-type');
  if (others.length > 0 || !/^application\/json\s*(;\s*charset=utf-8)?$/i.test(type ?? ''))
    throw wrong([{ pointer: '#/headers/content-type', detail: 'must be application/json' }]);
}

function singleValues(parameters: Record<string, string[] | undefined> | null): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(parameters ?? {}).map(([name, values]) => [name, values?.[0]]));
}

function parsed(schema: z.ZodType | undefined, value: Record<string, unknown> | unknown, pointer: string): unknown {
  if (!schema) {
    if (Object.keys(Object(value)).length > 0)
      throw wrong([{ pointer, detail: 'must be absent: the operation has no parameters here' }]);
    return undefined;
  }
  const result = schema.safeParse(value);
  if (!result.success)
    throw wrong(result.error.issues.flatMap(issue => fieldErrors(issue, pointer)).slice(0, maxErrors));
  return result.data;
}

function fieldErrors(issue: z.core.$ZodIssue, base: string): FieldError[] {
  const at = [base, ...issue.path.map(escaped)].join('/');
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map(key => ({ pointer: `${at}/${escaped(key)}`, detail: 'is unknown' }));
  return [{ pointer: at, detail: issue.message }];
}

/** Escapes a name for a JSON pointer (RFC 6901 section 3); truncates it, so that an error stays short. */
function escaped(key: PropertyKey): string {
  return String(key).slice(0, 64).replaceAll('~', '~0').replaceAll('/', '~1');
}

function wrong(errors: readonly FieldError[]): Refusal {
  return new Refusal('invalid-request', 'The request is invalid. See `errors` for each field.', errors);
}
