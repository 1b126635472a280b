import type { MiddlewareStack } from '@smithy/types';
import type { Runtime } from '../../../lambdas/platform/kernel/runtime.ts';
import { runFunction } from '../server/functions.ts';
import type { TestServer } from '../server/server.ts';
import { type AwsLink, type LinkFault, startAwsLink, type WireAttempt, workerHeader } from './aws-link.ts';

const endpoints = {
  table: ['AWS_ENDPOINT_URL_DYNAMODB'],
  aws: ['AWS_ENDPOINT_URL_KMS', 'AWS_ENDPOINT_URL_SECRETS_MANAGER', 'AWS_ENDPOINT_URL_LAMBDA'],
  notices: ['AWS_ENDPOINT_URL_SNS', 'AWS_ENDPOINT_URL_SQS', 'AWS_ENDPOINT_URL_S3'],
} as const;
const invokedFunctions = {
  CERTIFIER_FUNCTION: 'certify',
  TRUST_FUNCTION: 'set-up-trust',
  STATEMENT_FUNCTION: 'sign-statement',
} as const;

/** So short that a test waits little for what never comes; an answer that is only slow comes in time. */
const waits = { connectMs: 1000, answerMs: 1000, functionMs: 3000 };

export type WireFault = (attempt: WireAttempt) => LinkFault | undefined;

/** A test's world in which every emulator is behind a link that can be disturbed. */
export interface LinkedWorld {
  /** Runs functions whose requests, and those of the functions that they invoke, suffer these faults; others run undisturbed. */
  disturbed<T>(fault: WireFault, work: (runtime: Partial<Runtime>) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** AWS SDK clients that are made from now on reach the emulators of the server through links. */
export async function linkWorld(server: TestServer): Promise<LinkedWorld> {
  const faults = new Map<string, WireFault>();
  const faultOf: WireFault = attempt => faults.get(attempt.worker ?? '')?.(attempt);
  const links: AwsLink[] = [];
  for (const names of Object.values(endpoints)) {
    const link = await startAwsLink(process.env[names[0]] ?? '', faultOf);
    links.push(link);
    for (const name of names) process.env[name] = link.endpoint;
  }
  const { env } = server.world.runtime;
  // The SDK takes the URL of a queue for the endpoint.
  const queue = new URL(env.DEAD_LETTER_QUEUE ?? '').pathname;
  const DEAD_LETTER_QUEUE = `${process.env.AWS_ENDPOINT_URL_SQS}${queue}`;
  let workers = 0;

  function runtimeOf(worker: string): Partial<Runtime> {
    const named = Object.entries(invokedFunctions).map(([setting, id]) => [setting, `${id}-${worker}`]);
    const runtime: Partial<Runtime> = {
      waits,
      env: { ...env, DEAD_LETTER_QUEUE, ...Object.fromEntries(named) },
      instrument: stack => {
        server.meter.watch(stack);
        mark(stack, worker);
      },
    };
    for (const id of Object.values(invokedFunctions))
      server.world.aws.setFunction(`${id}-${worker}`, async event => await runFunction(server, id, event, runtime));
    return runtime;
  }

  return {
    async disturbed(fault, work) {
      const worker = String(workers++);
      faults.set(worker, fault);
      try {
        return await work(runtimeOf(worker));
      } finally {
        faults.delete(worker);
      }
    },
    async close() {
      for (const link of links) await link.close();
    },
  };
}

function mark<I extends object, O extends object>(stack: MiddlewareStack<I, O>, worker: string): void {
  stack.add(
    next => async args => {
      Object.assign(Object(args.request).headers, { [workerHeader]: worker });
      return await next(args);
    },
    { step: 'build', name: 'worker' },
  );
}
