import { AsyncLocalStorage } from 'node:async_hooks';
import type { MiddlewareStack } from '@smithy/types';
import type { ProxyHandler } from '../../lambdas/pipeline/serve.ts';

/** One request to AWS, as the SDK middleware saw it. */
export interface AwsCall {
  /** the function that made it */
  readonly by: string;
  readonly command: string;
  readonly input: Readonly<Record<string, unknown>>;
  /** consumed capacity as DynamoDB tells it; undefined for other services */
  readonly consumed: { readonly read: number; readonly write: number };
}

export type Fault = (call: {
  by: string;
  command: string;
  attempt: number;
}) => 'drop-before' | 'drop-after' | 'throttle' | undefined;

/** Sees every attempt of every AWS SDK client: counts, records who called what, injects faults. */
export class Meter {
  readonly calls: AwsCall[] = [];
  fault: Fault = () => undefined;
  readonly #caller = new AsyncLocalStorage<string>();

  during(id: string, handler: ProxyHandler): ProxyHandler {
    return async (event, context) => await this.#caller.run(id, async () => await handler(event, context));
  }

  async as<T>(id: string, work: () => Promise<T>): Promise<T> {
    return await this.#caller.run(id, work);
  }

  /** The calls that one piece of work makes. */
  async of(work: () => Promise<unknown>): Promise<AwsCall[]> {
    const from = this.calls.length;
    await work();
    return this.calls.slice(from);
  }

  watch<I extends object, O extends object>(stack: MiddlewareStack<I, O>): void {
    stack.add(
      (next, context) => async args => {
        const input = Object.fromEntries(Object.entries(args.input));
        if (isTableCommand(context.commandName)) Object.assign(args.input, { ReturnConsumedCapacity: 'INDEXES' });
        const result = await next(args);
        const by = this.#caller.getStore() ?? 'test';
        this.calls.push({
          by,
          command: context.commandName ?? '',
          input,
          consumed: consumedBy(context.commandName ?? '', result.output),
        });
        return result;
      },
      { step: 'initialize', name: 'meter' },
    );
    stack.add(
      (next, context) => async args => {
        const by = this.#caller.getStore() ?? 'test';
        const command = context.commandName ?? '';
        const attempt = Number(Object(context).attempt ?? 1);
        const fault = this.fault({ by, command, attempt });
        if (fault === 'drop-before') throw lostConnection();
        if (fault === 'throttle') throw throttled(command);
        const result = await next(args);
        if (fault === 'drop-after') throw lostConnection();
        return result;
      },
      { step: 'deserialize', name: 'faults', priority: 'high' },
    );
  }
}

function isTableCommand(name: string | undefined): boolean {
  return /^(GetItem|PutItem|UpdateItem|Query|TransactWriteItems|Get|Put|Update|TransactWrite)Command$/.test(name ?? '');
}
function consumedBy(command: string, output: object): AwsCall['consumed'] {
  const all = [Object(output).ConsumedCapacity ?? []]
    .flat()
    .map((one: { CapacityUnits?: number }) => one.CapacityUnits ?? 0);
  const units = all.reduce((sum: number, one: number) => sum + one, 0);
  return /^(GetItem|Query|Get)Command$/.test(command) ? { read: units, write: 0 } : { read: 0, write: units };
}

function lostConnection(): Error {
  return Object.assign(new Error('socket hang up'), { code: 'ECONNRESET', name: 'TimeoutError', $retryable: {} });
}

function throttled(command: string): Error {
  const name = command.startsWith('Sign') ? 'ThrottlingException' : 'ProvisionedThroughputExceededException';
  return Object.assign(new Error('slow down'), {
    name,
    $metadata: { httpStatusCode: 400 },
    $retryable: { throttling: true },
  });
}
