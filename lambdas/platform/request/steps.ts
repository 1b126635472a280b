import { Refusal } from '../../../domain/kernel/refusal.ts';
import { dynamoApplications } from '../identity/applications.ts';
import { authenticate, UnauthenticatedError } from './authenticate.ts';
import type { Contract } from './contract.ts';
import { idempotencyRecordOf, readIdempotencyKey } from './idempotency.ts';
import { limitSize } from './limit-size.ts';
import { dynamoNonces } from './nonces.ts';
import type { PipelineState } from './pipeline-state.ts';
import { verifyPresentedKey } from './presented-key.ts';
import { validate } from './validate.ts';

export type Step = (state: PipelineState) => void | Promise<void>;

/** The steps of the request pipeline, in this order. Each step reads the contract. */
export const steps: readonly Step[] = [
  limitSize,
  authenticateCaller,
  authorize,
  validate,
  verifyPresentedKey,
  rejectReplay,
  prepareIdempotencyRecord,
];

async function authenticateCaller(state: PipelineState): Promise<void> {
  if (state.contract.auth === 'none') return;
  const authenticated = await authenticate(state, dynamoApplications(state.runtime));
  state.caller = authenticated.caller;
  state.nonce = authenticated.nonce;
}

function authorize({ contract, caller }: PipelineState): void {
  if (caller && !contract.callers.includes(caller.role))
    throw new Refusal(
      'not-permitted',
      `The role of the caller is not permitted: expected ${contract.callers.join(' or ')}.`,
    );
}

/** Rejects a replay where the answer has a key (docs/rules.md 6) or personal data. @throws UnauthenticatedError */
async function rejectReplay({ contract, runtime, caller, nonce, at }: PipelineState): Promise<void> {
  if (!caller || !nonce || !isAnsweredOnce(contract)) return;
  if (!(await dynamoNonces(runtime).use(caller, nonce, at)))
    throw new UnauthenticatedError('the nonce was used before');
}

function isAnsweredOnce({ effect, isAudited }: Contract): boolean {
  return effect === 'key' || effect === 'refresh' || isAudited === true;
}

function prepareIdempotencyRecord(state: PipelineState): void {
  if (!state.caller || state.contract.effect === 'read') return;
  state.idempotencyKey = readIdempotencyKey(state);
  state.idempotencyRecord = idempotencyRecordOf(state, state.caller, state.idempotencyKey);
}
