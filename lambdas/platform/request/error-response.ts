import type { APIGatewayProxyResult } from 'aws-lambda';
import { AlertingRefusal } from '../../../domain/alerts/alerting-refusal.ts';
import { asRefusal } from '../aws/aws-fault.ts';
import { dynamoAlerts } from '../changes/raise-alerts.ts';
import { logEnd } from './log-request.ts';
import type { PipelineState } from './pipeline-state.ts';
import { problemResult } from './problem.ts';

/** The end of a road that led nowhere: the alert is written first, so that no refusal is given whose alert could be lost. */
export async function toErrorResponse(road: PipelineState, thrown: unknown): Promise<APIGatewayProxyResult> {
  const error = asRefusal(await alerted(road, thrown));
  const result = problemResult(error, road.event.requestContext.requestId, road.at);
  logEnd(road, result.statusCode, error);
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
