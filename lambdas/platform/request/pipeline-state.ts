import type { APIGatewayProxyEvent } from 'aws-lambda';
import type { LeafClaims } from '../../../domain/chain/levels.ts';
import type { Caller } from '../../../domain/identity/policy.ts';
import type { Seconds } from '../../../domain/kernel/time.ts';
import type { IdempotencyRecord } from '../changes/change.ts';
import type { Runtime } from '../kernel/runtime.ts';
import type { Contract } from './contract.ts';

/** State of one request in the pipeline. Each step reads what earlier steps have added. */
export interface PipelineState {
  readonly contract: Contract;
  readonly runtime: Runtime;
  readonly at: Seconds;
  readonly event: APIGatewayProxyEvent;
  readonly body: Uint8Array<ArrayBuffer>;
  caller?: Caller;
  nonce?: string;
  presented?: LeafClaims | undefined;
  idempotencyKey?: string;
  idempotencyRecord?: IdempotencyRecord;
  path?: unknown;
  query?: unknown;
  parsedBody?: unknown;
}

export function createPipelineState(contract: Contract, runtime: Runtime, event: APIGatewayProxyEvent): PipelineState {
  const body = new Uint8Array(Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8'));
  return { contract, runtime, at: runtime.now(), event, body };
}

/** Returns the values of a header. Names are case-insensitive; API Gateway keeps the client's spelling. */
export function headerValues(event: APIGatewayProxyEvent, name: string): readonly string[] {
  return Object.entries(event.multiValueHeaders ?? {}).flatMap(([key, values]) =>
    key.toLowerCase() === name ? (values ?? []) : [],
  );
}
