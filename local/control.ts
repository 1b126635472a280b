import { join } from 'node:path';
import { day, hour, minute, type Seconds } from '../domain/kernel/time.ts';
import { type ControlAddress, readControlAddress } from './control-file.ts';
import { ControlLine } from './control-server.ts';
import { copyExports, statementFolders } from './exports-copy.ts';

/** Thrown when no server runs on the folder. */
export class NoLocalServerError extends Error {}

/** Thrown when the server stopped or failed during a command. */
export class InterruptedError extends Error {}

export type Output = (line: string) => void;

export interface Tick {
  readonly seconds: Seconds;
  /** Minimum step of the clock; 0: from one scheduled run to the next. */
  readonly stepSeconds: Seconds;
  /** Comma-separated names of schedules. */
  readonly skipped: string;
}

/** Advances the clock of the server on the folder and outputs its events. @throws NoLocalServerError, InterruptedError */
export async function tick(folder: string, { seconds, stepSeconds, skipped }: Tick, output: Output): Promise<void> {
  await command(folder, 'POST', `/tick/${seconds}/${stepSeconds}${skipped && `/${skipped}`}`, output);
}

/** Outputs the time of the server's clock. @throws NoLocalServerError, InterruptedError */
export async function showClock(folder: string, output: Output): Promise<void> {
  await command(folder, 'GET', '/clock', output);
}

/** Copies the exports bucket and outputs how to verify each statement. @throws NoLocalServerError */
export async function exportTo(target: string, folder: string, output: Output): Promise<void> {
  addressIn(folder);
  const copied = await copyExports(join(folder, 'aws.env'), target);
  output(`${copied.length} files in ${target}`);
  for (const statement of statementFolders(copied, target))
    output(`npx license-server statement verify ${statement} --root ${join(folder, 'keys/root.jwk.json')}`);
}

async function command(folder: string, method: string, path: string, output: Output): Promise<void> {
  const address = addressIn(folder);
  const headers = { authorization: `Bearer ${address.token}` };
  const response = await fetch(address.url + path, { method, headers }).catch(() => undefined);
  if (!response?.ok || !response.body) throw noServer(folder);
  const clock = await readLines(response.body, output).catch(() => undefined);
  if (!clock) throw new InterruptedError('The server stopped during the command. Its clock shows the progress.');
  output(clock);
}

/** Outputs the lines of the server as they arrive. @returns the final time of its clock */
async function readLines(body: ReadableStream<Uint8Array>, output: Output): Promise<string | undefined> {
  let clock: string | undefined;
  for await (const text of linesOf(body)) {
    const parsed = ControlLine.parse(JSON.parse(text));
    if ('line' in parsed) output(parsed.line);
    else clock = `The server's clock shows ${parsed.now}, ${aheadOf(parsed.aheadSeconds)} this machine's.`;
  }
  return clock;
}

function addressIn(folder: string): ControlAddress {
  const address = readControlAddress(folder);
  if (!address) throw noServer(folder);
  return address;
}

function noServer(folder: string): NoLocalServerError {
  return new NoLocalServerError(
    `No license server runs on ${folder}. Start one (npm start), or set its folder by --data.`,
  );
}

async function* linesOf(body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const bytes of body) {
    const lines = (rest + decoder.decode(bytes, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
}

/** Formats a time difference: `30 d 12 h ahead of`. */
function aheadOf(seconds: Seconds): string {
  const distance = Math.abs(seconds);
  const parts = [
    [Math.floor(distance / day), 'd'],
    [Math.floor((distance % day) / hour), 'h'],
    [Math.floor((distance % hour) / minute), 'min'],
  ].filter(([count]) => count !== 0);
  if (parts.length === 0) return 'the same as';
  return `${parts.map(part => part.join(' ')).join(' ')} ${seconds > 0 ? 'ahead of' : 'behind'}`;
}
