import middy from '@middy/core';
import type { APIGatewayProxyEvent, APIGatewayProxyResult, Context } from 'aws-lambda';
import * as z from 'zod';
import type { Runtime } from '../kernel/runtime.ts';
import { systemRuntime } from '../kernel/system-runtime.ts';
import type { Contract } from './contract.ts';
import { toErrorResponse } from './error-response.ts';
import { executeWithRetry } from './execute-with-retry.ts';
import type { Handler, PortFactories, Ports, RepeatHandler } from './handler.ts';
import { logEnd } from './log-request.ts';
import { createPipelineState, type PipelineState } from './pipeline-state.ts';
import { steps } from './steps.ts';
import { toSuccessResponse } from './success-response.ts';

/** Parsers compiled by `eval` cost a cold start about 3 ms of its 90, more than they save warm requests (npm run bench, P8). */
z.config({ jitless: true });

/** Ends before the timeout of Lambda, so that the caller still gets a problem of ours. */
const endEarly = { timeoutEarlyInMillis: 500 };

export type ProxyHandler = (event: APIGatewayProxyEvent, context: Context) => Promise<APIGatewayProxyResult>;
export interface ServedHandler extends ProxyHandler {
  /** the same handler with another runtime, such as that of a test or of the local server */
  on(runtime: Runtime): ProxyHandler;
}

/**
 * Wraps a handler in the request pipeline: limits, authentication, permission, schema, presented key, replay, idempotency; then the
 * handler; then its answer or a problem (RFC 9457).
 * @param portFactories create the ports of the handler: it can reach nothing else
 * @param again answers a repeated request of an operation whose answer holds a key, since keys are never recorded
 */
export function serve<C extends Contract, N extends PortFactories>(
  contract: C,
  portFactories: N,
  handle: Handler<C, N>,
  again?: RepeatHandler<C, N>,
): ServedHandler {
  const on = (runtime: Runtime): ProxyHandler => {
    const pipeline = middy<PipelineState, APIGatewayProxyResult>(async (state: PipelineState) => {
      // Not as middlewares: their time would not count for the early end.
      for (const step of steps) await step(state);
      const answer = await executeWithRetry(state, createPorts(portFactories, runtime), handle, again);
      const result = toSuccessResponse(contract, answer);
      logEnd(state, contract.status, undefined);
      return result;
    }, endEarly);
    pipeline.onError(async request => {
      request.response = await toErrorResponse(request.event, request.error);
    });
    return async (event, context) => await pipeline(createPipelineState(contract, runtime, event), context);
  };
  return Object.assign(on(systemRuntime), { on });
}

/** Creates the ports of a handler, one set for each runtime. */
function createPorts<N extends PortFactories>(portFactories: N, runtime: Runtime): Ports<N> {
  const ports = Object.entries(portFactories).map(([name, make]) => [name, make(runtime)]);
  return { ...Object.fromEntries(ports), runtime };
}
