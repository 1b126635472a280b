import { AsyncLocalStorage } from 'node:async_hooks';
import type { MiddlewareStack } from '@smithy/types';
import type { ProxyHandler } from '../../../lambdas/platform/request/serve.ts';
import { type FaultKind, faultOf } from './aws-faults.ts';

/** One request to AWS, as the SDK middleware saw it, in the order in which they began. */
export interface AwsCall {
  /** the function that made it */
  readonly by: string;
  readonly command: string;
  readonly input: Readonly<Record<string, unknown>>;
  /** consumed capacity as DynamoDB tells it; undefined for other services */
  readonly consumed: { readonly read: number; readonly write: number };
  /** pending while it has no answer: for ever, when its function was killed */
  readonly outcome: 'pending' | 'answered' | 'failed';
}

/** One attempt of the SDK: 1, 2, 3. */
export interface Attempt {
  readonly by: string;
  readonly command: string;
  readonly attempt: number;
  readonly input: Readonly<Record<string, unknown>>;
}

type Decision = FaultKind | undefined;
/** May also hold the attempt back by answering later. */
export type Fault = (call: Attempt) => Decision | Promise<Decision>;

/** The function was killed: no answer will follow. */
export class Killed extends Error {}

interface Around {
  readonly by: string;
  readonly fault?: Fault | undefined;
  readonly killed?: () => void;
}

/** Sees every attempt of every AWS SDK client: counts, records who called what, injects faults. */
export class Meter {
  readonly calls: AwsCall[] = [];
  fault: Fault = () => undefined;
  /** long runs count nothing and would fill the memory */
  records = true;
  readonly #dead: ((reason: Killed) => void)[] = [];
  readonly #around = new AsyncLocalStorage<Around>();

  during(id: string, handler: ProxyHandler): ProxyHandler {
    return async (event, context) => await this.as(id, async () => await handler(event, context));
  }

  async as<T>(id: string, work: () => Promise<T>): Promise<T> {
    return await this.#around.run({ ...this.#around.getStore(), by: id }, work);
  }

  /** Faults for one piece of work only, whatever else runs at the same time. @throws Killed once a fault has made it hang */
  async faulty<T>(fault: Fault, work: () => Promise<T>): Promise<T> {
    const death = Promise.withResolvers<never>();
    const around = { by: 'test', ...this.#around.getStore(), fault, killed: () => death.reject(new Killed()) };
    return await Promise.race([this.#around.run(around, work), death.promise]);
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
        const command = context.commandName ?? '';
        const input = Object.fromEntries(Object.entries(args.input));
        if (isTableCommand(command)) Object.assign(args.input, { ReturnConsumedCapacity: 'INDEXES' });
        const call = this.#begin(command, input);
        try {
          const result = await next(args);
          Object.assign(call, { consumed: consumedBy(command, result.output), outcome: 'answered' });
          return result;
        } catch (error) {
          Object.assign(call, { outcome: 'failed' });
          throw error;
        }
      },
      { step: 'initialize', name: 'meter' },
    );
    stack.add(
      (next, context) => async args => {
        const { by, fault = this.fault, killed } = this.#around.getStore() ?? { by: 'test', killed: undefined };
        const command = context.commandName ?? '';
        const input = Object.fromEntries(Object.entries(args.input));
        const kind = await fault({ by, command, attempt: attemptOf(args), input });
        if (kind === 'hang-before') return await this.#hang(killed);
        const early = kind && faultOf(kind, 'before', command, input);
        if (early) throw early;
        const answer = next(args);
        if (kind === 'hang-after') {
          // A refusal is not seen either.
          await answer.catch(() => undefined);
          return await this.#hang(killed);
        }
        const result = await answer;
        const late = kind && faultOf(kind, 'after', command, input);
        if (late) throw late;
        return result;
      },
      { step: 'deserialize', name: 'faults', priority: 'high' },
    );
    stack.add(
      next => async args => {
        const result = await next(args);
        delete Object(result.response).headers?.date;
        return result;
      },
      // The embedded DynamoDB shows the machine's date, also where libfaketime gives another one to Node; the SDK would take the
      // difference for its own fault, and repeat what was refused.
      { step: 'deserialize', name: 'dateless', priority: 'low' },
    );
  }

  /** Ends what was killed, so that nothing of it outlives the test: call it before the world is closed. */
  async bury(): Promise<void> {
    for (const end of this.#dead.splice(0)) end(new Killed());
    await new Promise(resolve => setImmediate(resolve));
  }

  async #hang(killed: (() => void) | undefined): Promise<never> {
    killed?.();
    const death = Promise.withResolvers<never>();
    this.#dead.push(death.reject);
    return await death.promise;
  }

  #begin(command: string, input: AwsCall['input']): AwsCall {
    const by = this.#around.getStore()?.by ?? 'test';
    const call: AwsCall = { by, command, input, consumed: { read: 0, write: 0 }, outcome: 'pending' };
    if (this.records) this.calls.push(call);
    return call;
  }
}

export function isTableCommand(name: string): boolean {
  return /^(GetItem|PutItem|UpdateItem|DeleteItem|Query|TransactWriteItems|Get|Put|Update|Delete|TransactWrite)Command$/.test(
    name,
  );
}

/** The SDK numbers its attempts in a header: `attempt=2; max=3`. */
function attemptOf(args: object): number {
  const header = Object(args).request?.headers?.['amz-sdk-request'];
  return Number(/attempt=(\d+)/.exec(String(header))?.[1] ?? 1);
}

function consumedBy(command: string, output: object): AwsCall['consumed'] {
  const all = [Object(output).ConsumedCapacity ?? []]
    .flat()
    .map((one: { CapacityUnits?: number }) => one.CapacityUnits ?? 0);
  const units = all.reduce((sum: number, one: number) => sum + one, 0);
  return /^(GetItem|Query|Get)Command$/.test(command) ? { read: units, write: 0 } : { read: 0, write: units };
}
