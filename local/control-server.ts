import type { IncomingMessage, ServerResponse } from 'node:http';
import * as z from 'zod';
import { isoTime, type Seconds } from '../domain/kernel/time.ts';
import type { Passing } from './advance-clock.ts';
import { listenLocally, refuseBrowsers } from './aws/http-server.ts';
import { newControlToken, writeControlAddress } from './control-file.ts';

/** What can be commanded while the server runs. */
export interface Controlled {
  readonly clock: { now(): Seconds; aheadSeconds(): Seconds };
  pass(seconds: Seconds, passing: Passing): Promise<void>;
}

/** What a command is told, a line of JSON each; the last one says what the clock shows. */
export const ControlLine = z.union([
  z.object({ line: z.string() }),
  z.object({ now: z.string(), aheadSeconds: z.int() }),
]);
export type ControlLine = z.infer<typeof ControlLine>;

/**
 * Takes commands on a port of 127.0.0.1 of its own, beside the API: `GET /clock`, and `POST /tick/<seconds>[/<step>[/<idle schedules>]]`, which answers while time
 * passes. The folder tells where, and the token.
 */
export async function startControl(folder: string, controlled: Controlled): Promise<{ close(): Promise<void> }> {
  const token = newControlToken();
  const end = new AbortController();
  let last: Promise<void> = Promise.resolve();
  const tick = async ({ seconds, ...how }: Command, tell: Passing['tell']) => {
    const mine = last.then(async () => await controlled.pass(seconds, { ...how, tell, signal: end.signal }));
    last = mine.catch(() => {});
    await mine;
  };
  const server = await listenLocally(0, (request, response) => {
    const command = commandOf(request, token);
    const tell = (line: string) => say(response, { line });
    if (command === undefined) return void response.writeHead(403).end();
    response.writeHead(200, { 'content-type': 'application/x-ndjson' });
    const done = command.seconds === 0 ? Promise.resolve() : tick(command, tell);
    done
      .then(() => {
        const { clock } = controlled;
        say(response, { now: isoTime(clock.now()), aheadSeconds: clock.aheadSeconds() });
      })
      .catch((error: unknown) => tell(`failed: ${error instanceof Error ? error.message : error}`))
      .finally(() => response.end());
  });
  const takeAway = writeControlAddress(folder, { url: server.endpoint, token });
  return {
    async close() {
      takeAway();
      end.abort();
      await last;
      await server.close();
    },
  };
}

/** How long time shall pass. */
interface Command {
  readonly seconds: Seconds;
  readonly stepSeconds: Seconds;
  readonly idle: readonly string[];
}

/** @returns undefined for what is no command, or comes from somebody else */
function commandOf(request: IncomingMessage, token: string): Command | undefined {
  try {
    refuseBrowsers(request);
  } catch {
    return undefined;
  }
  if (request.headers.authorization !== `Bearer ${token}`) return undefined;
  const command = `${request.method} ${request.url}`;
  if (command === 'GET /clock') return { seconds: 0, stepSeconds: 0, idle: [] };
  const [, seconds, step = 0, idle = ''] =
    /^POST \/tick\/([1-9]\d{0,9})(?:\/(\d{1,10})(?:\/([a-z,-]+))?)?$/.exec(command) ?? [];
  return seconds === undefined
    ? undefined
    : { seconds: Number(seconds), stepSeconds: Number(step), idle: idle.split(',') };
}

function say(response: ServerResponse, line: ControlLine): void {
  response.write(`${JSON.stringify(line)}\n`);
}
