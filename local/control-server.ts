import type { IncomingMessage, ServerResponse } from 'node:http';
import * as z from 'zod';
import { isoTime, type Seconds } from '../domain/kernel/time.ts';
import type { AdvanceOptions } from './advance-clock.ts';
import { listenLocally, refuseBrowsers } from './aws/http-server.ts';
import { newControlToken, writeControlAddress } from './control-file.ts';

/** Functions of the server that commands control. */
export interface Controlled {
  readonly clock: { now(): Seconds; aheadSeconds(): Seconds };
  advance(seconds: Seconds, options: AdvanceOptions): Promise<void>;
}

/** Line of a response, as JSON; the last one is the time of the clock. */
export const ControlLine = z.union([
  z.object({ line: z.string() }),
  z.object({ now: z.string(), aheadSeconds: z.int() }),
]);
export type ControlLine = z.infer<typeof ControlLine>;

/**
 * Takes commands on a port of 127.0.0.1 of its own: `GET /clock`, and `POST /tick/<seconds>[/<step>[/<skipped schedules>]]`, which responds
 * while the clock advances. The folder contains the address and the token.
 */
export async function startControl(folder: string, controlled: Controlled): Promise<{ close(): Promise<void> }> {
  const token = newControlToken();
  const end = new AbortController();
  let last: Promise<void> = Promise.resolve();
  const tick = async ({ seconds, ...how }: Command, output: AdvanceOptions['output']) => {
    const mine = last.then(async () => await controlled.advance(seconds, { ...how, output, signal: end.signal }));
    last = mine.catch(() => {});
    await mine;
  };
  const server = await listenLocally(0, (request, response) => {
    const command = commandOf(request, token);
    const output = (line: string) => writeLine(response, { line });
    if (command === undefined) return void response.writeHead(403).end();
    response.writeHead(200, { 'content-type': 'application/x-ndjson' });
    const done = command.seconds === 0 ? Promise.resolve() : tick(command, output);
    done
      .then(() => {
        const { clock } = controlled;
        writeLine(response, { now: isoTime(clock.now()), aheadSeconds: clock.aheadSeconds() });
      })
      .catch((error: unknown) => output(`failed: ${error instanceof Error ? error.message : error}`))
      .finally(() => response.end());
  });
  const removeAddress = writeControlAddress(folder, { url: server.endpoint, token });
  return {
    async close() {
      removeAddress();
      end.abort();
      await last;
      await server.close();
    },
  };
}

/** Duration and options of an advance. */
interface Command {
  readonly seconds: Seconds;
  readonly stepSeconds: Seconds;
  readonly skipped: readonly string[];
}

/** Parses a command; undefined for another request, or an invalid token. */
function commandOf(request: IncomingMessage, token: string): Command | undefined {
  try {
    refuseBrowsers(request);
  } catch {
    return undefined;
  }
  if (request.headers.authorization !== `Bearer ${token}`) return undefined;
  const command = `${request.method} ${request.url}`;
  if (command === 'GET /clock') return { seconds: 0, stepSeconds: 0, skipped: [] };
  const [, seconds, step = 0, skipped = ''] =
    /^POST \/tick\/([1-9]\d{0,9})(?:\/(\d{1,10})(?:\/([a-z,-]+))?)?$/.exec(command) ?? [];
  return seconds === undefined
    ? undefined
    : { seconds: Number(seconds), stepSeconds: Number(step), skipped: skipped.split(',') };
}

function writeLine(response: ServerResponse, line: ControlLine): void {
  response.write(`${JSON.stringify(line)}\n`);
}
