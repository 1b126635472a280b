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
  .description('Runs the whole license server on this machine: API, DynamoDB, KMS, Secrets Manager.')
  .option('--port <number>', 'where it listens on 127.0.0.1; 0 for any free port', portNumber, 8787)
  .option('--data <folder>', 'where it keeps its data', '.local')
  .option('--fresh', 'forgets the data and starts anew', false)
  .addOption(
    new Option(
      '--dynamodb <program>',
      'which DynamoDB: dynoxide, from npm ("embedded"), or Amazon DynamoDB Local, which needs Java ("local")',
    )
      .choices(dynamoDbEngines)
      .default(undefined, 'embedded, or what LICENSE_SERVER_DYNAMODB names'),
  )
  .action(run)
  .parseAsync();

async function run({ port, data, fresh, dynamodb }: Options): Promise<void> {
  const asked = askedToEnd();
  try {
    let ready = false;
    const watch = (answered: AnsweredRequest) => ready && tell(answered);
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
    say(startHints({ url: server.url, given, folder: data, thumbprint, readySeconds: process.uptime() }));
    ready = true;
    await asked;
    // The next one ends it at once: the embedded DynamoDB ends with this process.
    process.once('SIGINT', () => process.exit(1)).once('SIGTERM', () => process.exit(1));
    await server.close();
    say('Ended.');
    process.exit(0);
  } catch (error) {
    writeSync(standardError, `${error instanceof Error ? error.message : error}\n`);
    process.exit(1);
  }
}

/** By a signal, or by the end of npm: when that is terminated alone, only its shell dies, and this would go on unseen. */
async function askedToEnd(): Promise<void> {
  const parent = process.ppid;
  await new Promise<void>(resolve => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolve());
    if (process.env.npm_lifecycle_event)
      setInterval(() => {
        if (process.ppid !== parent) resolve();
      }, npmCheckMs);
  });
}

function tell({ method, path, status, milliseconds }: AnsweredRequest): void {
  say(`${method} ${path} ${status} ${milliseconds.toFixed(0)} ms`);
}

/** Past `process.stdout`, which the handlers' log has taken. A terminal that is gone is no reason to end. */
function say(text: string): void {
  try {
    writeSync(standardOutput, `${text}\n`);
  } catch {}
}

function portNumber(text: string): number {
  const port = Number(text);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw new InvalidArgumentError('It is a number from 0 to 65535.');
}
