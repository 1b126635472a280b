import * as z from 'zod';
import { operations } from '../lambdas/operations.ts';
import type { Contract } from '../lambdas/platform/request/contract.ts';
import type { Problem } from '../lambdas/platform/request/problem-type.ts';
import { gatewayOnlyProblems, problems } from '../lambdas/problems.ts';

type Json = Record<string, unknown>;

/** The OpenAPI 3.1 document of the API, made from the table of operations. */
export function openApiDocument(): Json {
  const paths: Record<string, Json> = {};
  for (const [id, { method, path, contract, summary }] of Object.entries(operations)) {
    paths[path] = { ...paths[path], [method.toLowerCase()]: operationObject(id, contract, summary) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'License Server',
      version: '1',
      description:
        'Signed site keys down a chain of trust. Requests are signed as docs/clients.md says (RFC 9421, profile license-server-v1).',
    },
    servers: [
      { url: 'https://{api}/{stage}', variables: { api: { default: 'api.example.com' }, stage: { default: 'prod' } } },
    ],
    paths,
    components: {
      schemas: { Problem: problemSchema() },
      responses: problemComponents(),
      securitySchemes: { signature: signatureScheme },
    },
  };
}

const signatureScheme = {
  type: 'apiKey',
  in: 'header',
  name: 'Signature',
  description:
    'HTTP Message Signature (RFC 9421) by a registered application key, with Signature-Input and, for a body, Content-Digest (RFC 9530)',
};

function operationObject(id: string, contract: Contract, summary: string): Json {
  const callers = contract.callers.length > 0 ? `For: ${contract.callers.join(', ')}.` : 'For anyone.';
  return {
    operationId: id,
    summary,
    description: callers,
    security: contract.auth === 'signature' ? [{ signature: [] }] : [],
    parameters: [
      ...parameters('path', contract.path),
      ...parameters('query', contract.query),
      ...idempotency(contract),
    ],
    ...(contract.body && {
      requestBody: { required: true, content: { 'application/json': { schema: schemaOf(contract.body, 'input') } } },
    }),
    responses: {
      [contract.status]: {
        description: summary,
        content: { 'application/json': { schema: schemaOf(contract.answer, 'output') } },
      },
      ...problemResponses(contract),
    },
  };
}

function schemaOf(schema: z.ZodType, io: 'input' | 'output'): Json {
  const { $schema: _version, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any' });
  return rest;
}

const Shape = z.object({
  properties: z.record(z.string(), z.looseObject({})),
  required: z.array(z.string()).default([]),
});

function parameters(place: 'path' | 'query', schema: z.ZodType | undefined): Json[] {
  if (!schema) return [];
  // Coerced numbers accept any text; the output schema is more precise.
  const { properties } = Shape.parse(schemaOf(schema, 'output'));
  const { required } = Shape.parse(schemaOf(schema, 'input'));
  return Object.entries(properties).map(([name, { description, ...rest }]) => ({
    name,
    in: place,
    required: place === 'path' || (required.includes(name) && rest.default === undefined),
    ...(description !== undefined && { description }),
    schema: rest,
  }));
}

function idempotency({ effect }: Contract): Json[] {
  if (effect === 'read') return [];
  const description =
    'At least 122 random bits (a UUID version 4 will do), persisted before the call and the same when it is repeated';
  return [
    {
      name: 'Idempotency-Key',
      in: 'header',
      required: true,
      description,
      schema: { type: 'string', pattern: '^[A-Za-z0-9_-]{22,64}$' },
    },
  ];
}

const codes: readonly [string, Problem][] = Object.entries({ ...problems, ...gatewayOnlyProblems });
const codesByStatus = new Map([...Map.groupBy(codes, ([, { status }]) => status)].sort(([a], [b]) => a - b));

/** Statuses that some operations never answer, with the reason why others do. */
const onlyWhere: Readonly<Record<number, (contract: Contract) => boolean>> = {
  401: ({ auth }) => auth === 'signature',
  422: ({ effect }) => effect !== 'read',
};

function problemResponses(contract: Contract): Json {
  const statuses = [...codesByStatus.keys()].filter(status => onlyWhere[status]?.(contract) ?? true);
  return Object.fromEntries(statuses.map(status => [status, { $ref: `#/components/responses/Problem${status}` }]));
}

/** A response for each status, with the codes that it can have. */
function problemComponents(): Json {
  return Object.fromEntries(
    [...codesByStatus].map(([status, known]) => [`Problem${status}`, problemWith(status, known)]),
  );
}

function problemWith(status: number, known: readonly [string, Problem][]): Json {
  const description = known.map(([code, { title }]) => `${code}: ${title}`).join('\n');
  const properties = { status: { const: status }, code: { enum: known.map(([code]) => code) } };
  const schema = { allOf: [{ $ref: '#/components/schemas/Problem' }, { properties }] };
  const waits = known.some(([, { retryAfter }]) => retryAfter !== undefined);
  return {
    description,
    ...(waits && { headers: { 'Retry-After': { description: 'seconds', schema: { type: 'integer' } } } }),
    content: { 'application/problem+json': { schema } },
  };
}

function problemSchema(): Json {
  return {
    type: 'object',
    required: ['type', 'title', 'status', 'code'],
    properties: {
      type: { type: 'string' },
      title: { type: 'string' },
      status: { type: 'integer' },
      detail: { type: 'string' },
      instance: { type: 'string', description: 'the request; absent in answers of the firewall' },
      code: {
        type: 'string',
        enum: codes.map(([code]) => code),
        description: codes.map(([code, { status, title }]) => `${code} (${status}): ${title}`).join('\n'),
      },
      errors: {
        type: 'array',
        items: {
          type: 'object',
          required: ['pointer', 'detail'],
          properties: { pointer: { type: 'string' }, detail: { type: 'string' } },
        },
      },
      serverTime: {
        type: 'string',
        format: 'date-time',
        description: 'with signature-invalid: correct your clock by it',
      },
    },
  };
}
