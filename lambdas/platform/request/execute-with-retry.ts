import { subjectOf } from '../../../domain/kernel/ids.ts';
import { Refusal } from '../../../domain/kernel/refusal.ts';
import { type Change, RepeatedRequestError } from '../changes/change.ts';
import { findIdempotencyRecord } from '../changes/idempotency-records.ts';
import { ConflictError } from '../storage/conflict-error.ts';
import type { AnswerOf, Contract } from './contract.ts';
import type { Handler, HandlerRequest, PortFactories, Ports, RepeatHandler } from './handler.ts';
import type { PipelineState } from './pipeline-state.ts';

const attempts = 6;

/**
 * Runs the handler, and again after each conflict: facts that changed between reading and writing are read and decided again. A
 * recorded request is answered as before.
 * @throws unavailable when every attempt conflicts
 */
export async function executeWithRetry<C extends Contract, N extends PortFactories>(
  state: PipelineState,
  ports: Ports<N>,
  handle: Handler<C, N>,
  again: RepeatHandler<C, N> | undefined,
): Promise<AnswerOf<C>> {
  const request = handlerRequest<C>(state);
  let outcome = await recordedOutcome(state);
  for (let attempt = 1; attempt <= attempts; attempt++) {
    try {
      return outcome ? await repeatAnswer(request, ports, again, outcome) : await handle(request, ports);
    } catch (error) {
      if (error instanceof ConflictError) continue;
      if (outcome) throw error;
      outcome = await outcomeOfConcurrentDuplicate(state, error);
      if (!outcome) throw error;
    }
  }
  throw new Refusal('unavailable', 'Too many concurrent changes of the same resource. Try again.');
}

async function recordedOutcome({ contract, idempotencyRecord, runtime, at }: PipelineState) {
  return idempotencyRecord && contract.effect !== 'refresh'
    ? await findIdempotencyRecord(runtime, idempotencyRecord, at)
    : undefined;
}

/**
 * Finds the outcome of the same request, sent twice at the same time: a refusal may be the effect of the other one. An `unavailable`
 * is not looked up: it has no effect, and an immediate retry would only leave another KMS key behind.
 */
async function outcomeOfConcurrentDuplicate(state: PipelineState, error: unknown) {
  if (error instanceof RepeatedRequestError) return error.outcome;
  return error instanceof Refusal && error.code !== 'unavailable' ? await recordedOutcome(state) : undefined;
}

async function repeatAnswer<C extends Contract, N extends PortFactories>(
  request: HandlerRequest<C>,
  ports: Ports<N>,
  again: RepeatHandler<C, N> | undefined,
  outcome: RepeatedRequestError['outcome'],
): Promise<AnswerOf<C>> {
  if (!('answer' in outcome)) {
    if (!again) throw new Error('The operation records a key: expected a handler of repeated requests.');
    return await again(request, ports, outcome);
  }
  // It was an answer of this operation when it was recorded, and it is checked against the schema again.
  return outcome.answer as AnswerOf<C>;
}

/** Returns the request of a handler. The cast is safe: `validate` has parsed the values by the schemas of this contract. */
function handlerRequest<C extends Contract>(state: PipelineState): HandlerRequest<C> {
  const { at, caller, nonce = '', idempotencyKey = '', path, query, parsedBody: body, presented } = state;
  return {
    at,
    caller,
    nonce,
    idempotencyKey,
    path,
    query,
    body,
    presented,
    change: changeOf(state),
  } as HandlerRequest<C>;
}

function changeOf({ contract, caller, at, event, idempotencyRecord }: PipelineState): Change | undefined {
  if (!caller) return undefined;
  const actor = subjectOf.application(caller.org, caller.app);
  return { operation: contract.id, actor, at, requestId: event.requestContext.requestId, idempotencyRecord };
}
