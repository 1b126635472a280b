import type * as z from 'zod';
import type { Claims, LeafType } from '../../../domain/chain/levels.ts';
import type { Role } from '../../../domain/identity/policy.ts';

/**
 * The contract of an operation: authentication, request, answer, effect. The handler and the table of operations share it; it has
 * nothing that only one of them needs.
 */
export interface Contract {
  /** verb-noun; also the folder, the Lambda, the log field, the CLI command */
  readonly id: string;
  readonly auth: 'signature' | 'none';
  /** format of errors */
  readonly face: 'problem+json';
  readonly callers: readonly Role[];
  /**
   * read: changes nothing. change: takes an Idempotency-Key; its answer is recorded for 24 h. key: a change whose answer has a key, which
   * is never recorded but created again. refresh: the recorded key identifies the request.
   */
  readonly effect: 'read' | 'change' | 'key' | 'refresh';
  /**
   * A read of people: its audit event is recorded before it is answered, and each nonce is answered once, so that there is an event
   * for each answer.
   */
  readonly isAudited?: true;
  readonly status: 200 | 201;
  /** the body's `key` must be a genuine key of this kind */
  readonly presents?: 'site-key+jwt' | 'enterprise-key+jwt';
  /** @default 65,536; API Gateway takes 10 MB, Lambda 6 MB */
  readonly maxBodyBytes?: number;
  readonly path?: z.ZodType;
  readonly query?: z.ZodType;
  readonly body?: z.ZodType;
  readonly answer: z.ZodType;
  /** seconds for which anyone may cache the answer */
  readonly cacheSeconds?: number;
}

type Parsed<S> = S extends z.ZodType ? z.output<S> : undefined;

export type PathOf<C extends Contract> = Parsed<C['path']>;
export type QueryOf<C extends Contract> = Parsed<C['query']>;
export type BodyOf<C extends Contract> = Parsed<C['body']>;
export type AnswerOf<C extends Contract> = z.input<C['answer']>;
export type PresentedOf<C extends Contract> = C['presents'] extends LeafType ? Claims<C['presents']> : undefined;
