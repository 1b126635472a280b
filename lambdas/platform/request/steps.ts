import { Refusal } from '../../../domain/kernel/refusal.ts';
import { dynamoApplications } from '../identity/applications.ts';
import { authenticate, Unauthenticated } from './authenticate.ts';
import type { Contract } from './contract.ts';
import { idempotencyRecordOf, readIdempotencyKey } from './idempotency.ts';
import { limitSize } from './limit-size.ts';
import { dynamoNonces } from './nonces.ts';
import type { PipelineState } from './pipeline-state.ts';
import { verifyPresentedKey } from './presented-key.ts';
import { validate } from './validate.ts';

export type Step = (road: PipelineState) => void | Promise<void>;

/** The road of every request, in this order. Each step reads the contract for what it has to do. */
export const steps: readonly Step[] = [
  limitSize,
  authenticateCaller,
  authorize,
  validate,
  verifyPresentedKey,
  rejectReplay,
  prepareIdempotencyRecord,
];

async function authenticateCaller(road: PipelineState): Promise<void> {
  if (road.contract.auth === 'none') return;
  const proved = await authenticate(road, dynamoApplications(road.runtime));
  road.caller = proved.caller;
  road.nonce = proved.nonce;
}

function authorize({ contract, caller }: PipelineState): void {
  if (caller && !contract.callers.includes(caller.role))
    throw new Refusal('not-permitted', `This operation is for: ${contract.callers.join(', ')}.`);
}

/** An exact replay of a request must not be answered again where the answer holds a key (docs/rules.md 6) or people. */
async function rejectReplay({ contract, runtime, caller, nonce, at }: PipelineState): Promise<void> {
  if (!caller || !nonce || !isAnsweredOnce(contract)) return;
  if (!(await dynamoNonces(runtime).use(caller, nonce, at))) throw new Unauthenticated('the nonce was used before');
}

function isAnsweredOnce({ effect, isAudited }: Contract): boolean {
  return effect === 'key' || effect === 'refresh' || isAudited === true;
}

function prepareIdempotencyRecord(road: PipelineState): void {
  if (!road.caller || road.contract.effect === 'read') return;
  road.idempotencyKey = readIdempotencyKey(road);
  road.memory = idempotencyRecordOf(road, road.caller, road.idempotencyKey);
}
