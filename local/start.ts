import { writeSync } from 'node:fs';
import { Command, InvalidArgumentError, Option } from 'commander';
import { thumbprintOf } from '../domain/chain/thumbprint.ts';
import { type DynamoDbEngine, dynamoDbEngines } from './dynamodb-engine.ts';
import type { AnsweredRequest } from './gateway.ts';
import { startLocalServer } from './local-server.ts';
import { readStartDate } from './start-date.ts';
import { startHints } from './start-hints.ts';

const standardOutput = 1;
const standardError = 2;
const npmCheckMs = 500;

interface Options {
  readonly port: number;
  readonly data: string;
  readonly fresh: boolean;
  readonly dynamodb?: DynamoDbEngine;
}

await new Command('npm start --')
  .description('Run the license server on this machine: API, DynamoDB, KMS, Secrets Manager')
  .option('--port <number>', 'port on 127.0.0.1; 0 for any free port', portNumber, 8787)
  .option('--data <folder>', 'data folder', '.local')
  .option('--fresh', 'remove existing data first', false)
  .addOption(
    new Option(
      '--dynamodb <program>',
      'DynamoDB: "embedded" (dynoxide, from npm) or "local" (Amazon DynamoDB Local, requires Java)',
    )
      .choices(dynamoDbEngines)
      .default(undefined, 'embedded, or LICENSE_SERVER_DYNAMODB'),
  )
  .action(run)
  .parseAsync();

async function run({ port, data, fresh, dynamodb }: Options): Promise<void> {
  const stopping = stopRequested();
  try {
    let ready = false;
    const watch = (answered: AnsweredRequest) => ready && logRequest(answered);
    const server = await startLocalServer({
      port,
      folder: data,
      fresh,
      dynamodb,
      start: readStartDate(),
      watch,
    });
    const thumbprint = await thumbprintOf(server.root);
    const { given } = server;
    print(startHints({ url: server.url, given, folder: data, thumbprint, readySeconds: process.uptime() }));
    ready = true;
    await stopping;
    // A second signal exits at once; the embedded DynamoDB ends with this process.
    process.once('SIGINT', () => process.exit(1)).once('SIGTERM', () => process.exit(1));
    await server.close();
    print('Stopped.');
    process.exit(0);
  } catch (error) {
    writeSync(standardError, `${error instanceof Error ? error.message : error}\n`);
    process.exit(1);
  }
}

/** Resolves on a signal, or when npm ends: its termination ends only its shell, and would leave this process running. */
async function stopRequested(): Promise<void> {
  const parent = process.ppid;
  await new Promise<void>(resolve => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolve());
    if (process.env.npm_lifecycle_event)
      setInterval(() => {
        if (process.ppid !== parent) resolve();
      }, npmCheckMs);
  });
}

function logRequest({ method, path, status, milliseconds }: AnsweredRequest): void {
  print(`${method} ${path} ${status} ${milliseconds.toFixed(0)} ms`);
}

/** Prints to the terminal, past `process.stdout`, which is redirected to the log. Ignores a closed terminal. */
function print(text: string): void {
  try {
    writeSync(standardOutput, `${text}\n`);
  } catch {}
}

function portNumber(text: string): number {
  const port = Number(text);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw new InvalidArgumentError('Expected a number from 0 to 65535.');
}
