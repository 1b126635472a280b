import { join } from 'node:path';
import { day, hour, minute, type Seconds } from '../domain/kernel/time.ts';
import { type ControlAddress, readControlAddress } from './control-file.ts';
import { ControlLine } from './control-server.ts';
import { copyExports, statementFolders } from './exports-copy.ts';

/** No server runs on the folder. */
export class NoLocalServer extends Error {}

/** The server ended or failed while it did what it was told. */
export class BrokenOff extends Error {}

export type Tell = (line: string) => void;

export interface Tick {
  readonly seconds: Seconds;
  /** goes so far at once; 0 where what falls due shall say */
  readonly stepSeconds: Seconds;
  /** names of schedules, with commas between */
  readonly idle: string;
}

/** Lets time pass for the server that runs on the folder, and tells what it tells. @throws NoLocalServer, BrokenOff */
export async function tick(folder: string, { seconds, stepSeconds, idle }: Tick, tell: Tell): Promise<void> {
  await command(folder, 'POST', `/tick/${seconds}/${stepSeconds}${idle && `/${idle}`}`, tell);
}

/** Tells what the clock of the server shows. @throws NoLocalServer, BrokenOff */
export async function showClock(folder: string, tell: Tell): Promise<void> {
  await command(folder, 'GET', '/clock', tell);
}

/** Copies the bucket of exports, and tells how each statement is verified. @throws NoLocalServer */
export async function exportTo(target: string, folder: string, tell: Tell): Promise<void> {
  addressIn(folder);
  const copied = await copyExports(join(folder, 'aws.env'), target);
  tell(`${copied.length} files in ${target}`);
  for (const statement of statementFolders(copied, target))
    tell(`npx license-server statement verify ${statement} --root ${join(folder, 'keys/root.jwk.json')}`);
}

async function command(folder: string, method: string, path: string, tell: Tell): Promise<void> {
  const address = addressIn(folder);
  const headers = { authorization: `Bearer ${address.token}` };
  const response = await fetch(address.url + path, { method, headers }).catch(() => undefined);
  if (!response?.ok || !response.body) throw noServer(folder);
  const clock = await lastTold(response.body, tell).catch(() => undefined);
  if (!clock) throw new BrokenOff('The server did not come to the end; what its clock shows says how far it came.');
  tell(clock);
}

/** Tells line by line, while the server does. @returns what its clock shows at the end */
async function lastTold(body: ReadableStream<Uint8Array>, tell: Tell): Promise<string | undefined> {
  let clock: string | undefined;
  for await (const text of linesOf(body)) {
    const told = ControlLine.parse(JSON.parse(text));
    if ('line' in told) tell(told.line);
    else clock = `The server's clock shows ${told.now}, ${aheadOf(told.aheadSeconds)} this machine's.`;
  }
  return clock;
}

function addressIn(folder: string): ControlAddress {
  const address = readControlAddress(folder);
  if (!address) throw noServer(folder);
  return address;
}

function noServer(folder: string): NoLocalServer {
  return new NoLocalServer(`No license server runs on ${folder}: start one (npm start), or name its folder by --data.`);
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

/** @returns `30 d 12 h ahead of` */
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
