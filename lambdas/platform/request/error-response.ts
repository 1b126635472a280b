import type { APIGatewayProxyResult } from 'aws-lambda';
import { AlertingRefusal } from '../../../domain/alerts/alerting-refusal.ts';
import { asRefusal } from '../aws/aws-fault.ts';
import { dynamoAlerts } from '../changes/raise-alerts.ts';
import { logEnd } from './log-request.ts';
import type { PipelineState } from './pipeline-state.ts';
import { problemResult } from './problem.ts';

/** Converts an error into its response. An alert of the refusal is recorded first, so that it cannot be lost. */
export async function toErrorResponse(state: PipelineState, thrown: unknown): Promise<APIGatewayProxyResult> {
  const error = asRefusal(await alerted(state, thrown));
  const result = problemResult(error, state.event.requestContext.requestId, state.at);
  logEnd(state, result.statusCode, error);
  return result;
}

async function alerted({ runtime, at }: PipelineState, thrown: unknown): Promise<unknown> {
  if (!(thrown instanceof AlertingRefusal)) return thrown;
  try {
    await dynamoAlerts(runtime).raise(thrown.alert, at);
    return thrown;
  } catch (fault) {
    return fault;
  }
}
