import { Refusal } from '../../../domain/kernel/refusal.ts';
import { countRequest, describeError, logger } from '../kernel/telemetry.ts';
import { UnauthenticatedError } from './authenticate.ts';
import type { PipelineState } from './pipeline-state.ts';

/** Logs one line for each request: caller, operation, outcome. Never a body, a token, a signature, an Idempotency-Key. */
export function logEnd(state: PipelineState, status: number, error: unknown): void {
  const { contract, caller, event } = state;
  const code = error instanceof Refusal ? error.code : error ? 'internal' : undefined;
  const fields = {
    operation: contract.id,
    requestId: event.requestContext.requestId,
    org: caller?.org,
    app: caller?.app,
    keyid: caller?.keyid,
    status,
    code,
    reason: error instanceof UnauthenticatedError ? error.reason : undefined,
  };
  if (code === 'internal') logger.error('request failed', { ...fields, fault: describeError(error) });
  else logger.info(code ? 'request refused' : 'request answered', fields);
  countRequest(contract.id, code ? 'Refusals' : 'Answers', code);
}
