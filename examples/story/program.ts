import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const project = fileURLToPath(new URL('../../', import.meta.url));
/** Ends a program that hangs; generous, since a busy machine needs a minute. */
const maxStartMs = 300_000;

/** A program of this project that runs during the example. */
export interface Program {
  /** URL that it prints. */
  readonly url: string;
  output(): string;
  end(): Promise<void>;
}

/** Thrown when a program does not start; the message is its output. */
export class StartError extends Error {
  readonly exitCode: number | null;

  constructor(output: string, exitCode: number | null) {
    super(output.trim());
    this.exitCode = exitCode;
  }
}

/** Starts a program. @param env additional environment @throws StartError */
export async function startProgram(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Program> {
  const child = spawn(process.execPath, [...args], {
    cwd: project,
    env: { ...inheritedEnvironment(), ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  const ended = once(child, 'exit');
  const end = async () => {
    child.kill('SIGINT');
    await ended;
  };
  const until = performance.now() + maxStartMs;
  for (;;) {
    const [, url] = /(?:Listening on|License server at) (http:\/\/127\.0\.0\.1:\d+(?:\/local)?)/.exec(output) ?? [];
    if (url) return { url, output: () => output, end };
    if (child.exitCode !== null) throw new StartError(output, child.exitCode);
    if (performance.now() > until) {
      await end();
      throw new StartError(`${args.join(' ')} did not start in time.\n${output}`, null);
    }
    await new Promise(resolve => setTimeout(resolve, 20));
  }
}

/** Returns the environment of this process without variables that would configure the program. */
function inheritedEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(AWS_|LICENSE_|npm_|NODE_OPTIONS$)/.test(name)),
  );
}
