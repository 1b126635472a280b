import { subjectOf } from '../../../domain/kernel/ids.ts';
import { Refusal } from '../../../domain/kernel/refusal.ts';
import { type Change, Repeated } from '../changes/change.ts';
import { recall } from '../changes/idempotency-records.ts';
import { Stale } from '../storage/conflict-error.ts';
import type { AnswerOf, Contract } from './contract.ts';
import type { Again, Given, Handle, Needs, Served } from './handler.ts';
import type { Road } from './pipeline-state.ts';

const attempts = 6;

/**
 * Runs the handler until it is settled: a remembered request is answered as before; facts that changed between reading and writing
 * are read and decided anew.
 */
export async function settle<C extends Contract, N extends Needs>(
  road: Road,
  ports: Given<N>,
  handle: Handle<C, N>,
  again: Again<C, N> | undefined,
): Promise<AnswerOf<C>> {
  const request = served<C>(road);
  let outcome = await rememberedOutcome(road);
  for (let attempt = 1; attempt <= attempts; attempt++) {
    try {
      return outcome ? await answerAgain(request, ports, again, outcome) : await handle(request, ports);
    } catch (error) {
      if (error instanceof Stale) continue;
      if (outcome) throw error;
      outcome = await outcomeOfTwin(road, error);
      if (!outcome) throw error;
    }
  }
  throw new Refusal('unavailable', 'Too many changes of the same thing at once; try again.');
}

async function rememberedOutcome({ contract, memory, runtime, at }: Road) {
  return memory && contract.effect !== 'refresh' ? await recall(runtime, memory, at) : undefined;
}

/**
 * What stands in the way of a request may be its own effect, when it was sent twice at once: then both are answered alike. What is
 * unavailable is nobody's effect: at once it would only fail again, and leave one more KMS key behind.
 */
async function outcomeOfTwin(road: Road, error: unknown) {
  if (error instanceof Repeated) return error.outcome;
  return error instanceof Refusal && error.code !== 'unavailable' ? await rememberedOutcome(road) : undefined;
}

async function answerAgain<C extends Contract, N extends Needs>(
  request: Served<C>,
  ports: Given<N>,
  again: Again<C, N> | undefined,
  outcome: Repeated['outcome'],
): Promise<AnswerOf<C>> {
  if (!('answer' in outcome)) {
    if (!again) throw new Error('an operation that remembers a key must say how it is answered again');
    return await again(request, ports, outcome);
  }
  // It was this operation's answer when it was remembered, and it is checked against the schema again on its way out.
  return outcome.answer as AnswerOf<C>;
}

/** The one place where the types of a contract meet its values: `validate` made them by these very schemas. */
function served<C extends Contract>(road: Road): Served<C> {
  const { at, caller, nonce = '', idempotencyKey = '', path, query, parsedBody: body, presented } = road;
  return { at, caller, nonce, idempotencyKey, path, query, body, presented, change: changeOf(road) } as Served<C>;
}

function changeOf({ contract, caller, at, event, memory }: Road): Change | undefined {
  if (!caller) return undefined;
  const actor = subjectOf.application(caller.org, caller.app);
  return { operation: contract.id, actor, at, requestId: event.requestContext.requestId, memory };
}
