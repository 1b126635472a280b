import { fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { setImmediate } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';

const runtime = fileURLToPath(new URL('function-runtime.mjs', import.meta.url));

/** A bundled function in a process of its own, as Lambda runs it: with this environment and no other. */
export interface FunctionProcess {
  /** @throws what the function has thrown; an Error when it dies */
  invoke(event: unknown): Promise<void>;
  /** lines, as CloudWatch gets them */
  log(): readonly string[];
  /** dies in the middle of what it does */
  kill(): void;
  end(): Promise<void>;
}

const Ended = z.object({
  id: z.string(),
  failed: z.object({ errorType: z.string(), errorMessage: z.string() }).optional(),
});

/** @param file the bundle @param arn of the function, as Lambda tells it @param at what its clock shows when it starts */
export async function startFunctionProcess(
  file: string,
  arn: string,
  at: number,
  env: Readonly<Record<string, string>>,
): Promise<FunctionProcess> {
  const child = fork(runtime, [file, arn, String(at)], { env, execArgv: [], stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
  const waiting = new Map<string, { resolve: () => void; reject: (error: Error) => void }>();
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  child.on('message', async message => {
    const { id, failed } = Ended.parse(message);
    // Its last line comes by another pipe, and may be late.
    while (id !== 'ready' && !output.includes(`END RequestId: ${id}`)) await setImmediate();
    const caller = waiting.get(id);
    waiting.delete(id);
    if (failed) caller?.reject(Object.assign(new Error(failed.errorMessage), { name: failed.errorType }));
    else caller?.resolve();
  });
  const ended = once(child, 'exit').then(() => {
    for (const { reject } of waiting.values()) reject(new Error(`The function has died: ${output}`));
  });
  const answerOf = async (id: string) =>
    await new Promise<void>((resolve, reject) => waiting.set(id, { resolve, reject }));
  await answerOf('ready');
  return {
    async invoke(event) {
      const id = randomUUID();
      child.send({ id, event });
      await answerOf(id);
    },
    log: () => output.split('\n').filter(line => line !== ''),
    kill: () => child.kill('SIGKILL'),
    async end() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}
