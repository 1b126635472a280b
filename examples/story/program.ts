import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const project = fileURLToPath(new URL('../../', import.meta.url));
/** It only ends what hangs: a busy machine needs a minute. */
const longestStartMs = 300_000;

/** A program of this project that runs beside the story, and ends with it. */
export interface Program {
  /** where it says that it listens */
  readonly url: string;
  output(): string;
  end(): Promise<void>;
}

/** It did not start; its words say why. */
export class NotStarted extends Error {
  readonly exitCode: number | null;

  constructor(words: string, exitCode: number | null) {
    super(words.trim());
    this.exitCode = exitCode;
  }
}

/** @param env beside what every program needs @throws NotStarted */
export async function startProgram(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Program> {
  const child = spawn(process.execPath, [...args], {
    cwd: project,
    env: { ...surroundings(), ...env },
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
  const until = performance.now() + longestStartMs;
  for (;;) {
    const [, url] = /(?:Listening on|License server at) (http:\/\/127\.0\.0\.1:\d+(?:\/local)?)/.exec(output) ?? [];
    if (url) return { url, output: () => output, end };
    if (child.exitCode !== null) throw new NotStarted(output, child.exitCode);
    if (performance.now() > until) {
      await end();
      throw new NotStarted(`${args.join(' ')} did not start in time.\n${output}`, null);
    }
    await new Promise(resolve => setTimeout(resolve, 20));
  }
}

/** What this process has, without what would configure a program in a way that the story does not tell. */
function surroundings(): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(AWS_|LICENSE_|npm_|NODE_OPTIONS$)/.test(name)),
  );
}
