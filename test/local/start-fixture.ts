import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isoTime } from '../../domain/kernel/time.ts';
import { startMovableClock } from '../../local/movable-clock.ts';
import { type Client, createClient } from '../../sdk/client.ts';
import { importSigningKey } from '../../sdk/signing-key.ts';
import { storyHangsAfterMs } from '../support/hangs-after.ts';
import { firstMoment } from '../support/server/first-moment.ts';

export const root = new URL('../..', import.meta.url).pathname;

/** A `npm start` of its own, as a process. */
export interface Started {
  readonly process: ChildProcess;
  readonly url: string;
  output(): string;
  /** @returns the exit code */
  end(signal?: NodeJS.Signals): Promise<number | null>;
}

/** Folders and processes of one test file; `close` leaves nothing behind. */
export class StartFixture {
  readonly #folders: string[] = [];
  readonly #running: ChildProcess[] = [];

  newFolder(): string {
    const folder = mkdtempSync(join(tmpdir(), 'license-server-start-'));
    this.#folders.push(folder);
    return folder;
  }

  /** Its clock starts at `firstMoment`, whatever the date of the run. @throws when it ends before it is ready */
  async start(folder: string, args: readonly string[] = [], env: NodeJS.ProcessEnv = {}): Promise<Started> {
    const child = spawn(process.execPath, ['local/start.ts', '--port', '0', '--data', folder, ...args], {
      cwd: root,
      env: { ...withoutEndpoints(), START_DATE: isoTime(firstMoment), ...env },
    });
    this.#running.push(child);
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text;
      });
    const ended = once(child, 'exit');
    while (!output.includes('npm run demo')) {
      if (child.exitCode !== null) throw new Error(output);
      await sleep(20);
    }
    return {
      process: child,
      url: /http:\/\/127\.0\.0\.1:\d+\/local/.exec(output)?.[0] ?? '',
      output: () => output,
      async end(signal = 'SIGINT') {
        child.kill(signal);
        await ended;
        return child.exitCode;
      },
    };
  }

  /** The same by npm, whose own process is answered; ready when this returns. */
  async npmStart(folder: string): Promise<ChildProcess> {
    const args = ['start', '--', '--port', '0', '--data', folder];
    const npm = spawn('npm', args, {
      cwd: root,
      env: { ...withoutEndpoints(), START_DATE: isoTime(firstMoment) },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    this.#running.push(npm);
    for await (const text of npm.stdout.setEncoding('utf8')) if (String(text).includes('npm run demo')) break;
    return npm;
  }

  close(): void {
    for (const child of this.#running) child.kill('SIGKILL');
    for (const folder of this.#folders) rmSync(folder, { recursive: true, force: true });
  }
}

/** Runs a command to its end. */
export async function run(
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
): Promise<{ code: number; stdout: string; stderr: string }> {
  return await new Promise(resolve => {
    const options = { cwd: root, env: { ...withoutEndpoints(), ...env }, timeout: storyHangsAfterMs };
    execFile(process.execPath, [...args], options, (error, stdout, stderr) => {
      resolve({ code: error ? Number(error.code) : 0, stdout, stderr });
    });
  });
}

/** A world of this test file has put its endpoints there. */
function withoutEndpoints(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^AWS_|^NODE_OPTIONS$/.test(name)));
}

/** The clock of the server that runs on the folder, as its clients read it. */
export function clockOf(folder: string): () => number {
  return startMovableClock({ file: join(folder, 'keys/clock-ahead') }).now;
}

/** A client by the profile that the server wrote. */
export async function clientOf(folder: string, profile: string): Promise<Client> {
  const { url, keyid, keyFile } = readJson(join(folder, 'keys/profiles.json'))[profile];
  const pem = readFileSync(join(folder, 'keys', keyFile), 'utf8');
  return createClient({ url, key: await importSigningKey(keyid, pem), now: clockOf(folder) });
}

export function readJson(path: string) {
  return JSON.parse(readFileSync(path, 'utf8'));
}

/** Ids of the embedded DynamoDB processes that work in the folder. */
export function databasesOf(folder: string): string[] {
  return processesOf(`${folder}/table.db`);
}

/** Ids of the processes whose command names it. */
export function processesOf(text: string): string[] {
  return readdirSync('/proc').filter(pid => /^\d+$/.test(pid) && commandOf(pid).includes(text));
}

function commandOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}
