import type { Caller } from '../../../domain/identity/policy.ts';
import type { Seconds } from '../../../domain/kernel/time.ts';
import type { Change, KeyOutcome } from '../changes/change.ts';
import type { Runtime } from '../kernel/runtime.ts';
import type { AnswerOf, BodyOf, Contract, PathOf, PresentedOf, QueryOf } from './contract.ts';

/** A request for a handler: authenticated, parsed, and with the data that a change must record. */
export interface HandlerRequest<C extends Contract> {
  readonly at: Seconds;
  readonly caller: C['auth'] extends 'signature' ? Caller : undefined;
  /** of the request's signature */
  readonly nonce: string;
  readonly path: PathOf<C>;
  readonly query: QueryOf<C>;
  readonly body: BodyOf<C>;
  /** the verified claims of the presented key */
  readonly presented: PresentedOf<C>;
  /** empty where the operation takes none */
  readonly idempotencyKey: string;
  readonly change: Change;
}

export type PortFactories = Record<string, (runtime: Runtime) => unknown>;
export type Ports<N extends PortFactories> = { readonly [K in keyof N]: ReturnType<N[K]> } & {
  readonly runtime: Runtime;
};
export type Handler<C extends Contract, N extends PortFactories> = (
  request: HandlerRequest<C>,
  ports: Ports<N>,
) => Promise<AnswerOf<C>>;
export type RepeatHandler<C extends Contract, N extends PortFactories> = (
  request: HandlerRequest<C>,
  ports: Ports<N>,
  outcome: KeyOutcome,
) => Promise<AnswerOf<C>>;
