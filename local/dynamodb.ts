import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { dynamoDbBinary } from './aws/dynamodb-binary.ts';
import { freePort } from './aws/free-port.ts';
import { startWatched, type WatchedProcess } from './aws/watched-process.ts';

export interface LocalDynamoDb {
  readonly endpoint: string;
  readonly pid: number;
  close(): Promise<void>;
}

export interface LocalDynamoDbOptions {
  /** Data file. @default memory only */
  dbPath?: string;
  /** @default any free port */
  port?: number;
  /** Program with the arguments of dynoxide. @default that of the npm package */
  binary?: string;
}

const attempts = 5;

/**
 * Starts the embedded DynamoDB on 127.0.0.1. It is ready when this returns, and ends with this process.
 *
 * @throws NoEmbeddedDynamoDb when npm has no binary for this platform
 */
export async function startDynamoDb(options: LocalDynamoDbOptions = {}): Promise<LocalDynamoDb> {
  const binary = options.binary ?? dynamoDbBinary();
  if (options.dbPath !== undefined) mkdirSync(dirname(options.dbPath), { recursive: true });
  const wantedPort = options.port ?? 0;
  // A free port may be taken a moment later: the program can't choose one and report it.
  for (let attempt = 1; ; attempt++) {
    const port = await freePort(wantedPort);
    if (port === undefined) throw portTaken(wantedPort);
    const started = await startOn(port, binary, options.dbPath);
    if (started !== 'port-taken') return started;
    if (wantedPort !== 0 || attempt === attempts) throw portTaken(port);
  }
}

async function startOn(
  port: number,
  binary: string,
  dbPath: string | undefined,
): Promise<LocalDynamoDb | 'port-taken'> {
  const database = dbPath === undefined ? [] : ['--db-path', dbPath];
  const program = await startWatched(binary, ['--host', '127.0.0.1', '--port', String(port), ...database]);
  // Its own output, since a response on the port could come from another program.
  if (await program.says('listening on')) return running(program, `http://127.0.0.1:${port}`);
  if (program.output().includes('already in use')) return 'port-taken';
  throw new Error(`The embedded DynamoDB ${binary} exited: ${program.output().trim()}`);
}

async function running(program: WatchedProcess, endpoint: string): Promise<LocalDynamoDb> {
  try {
    const health = await fetch(endpoint, { signal: AbortSignal.timeout(60_000) });
    await health.body?.cancel();
  } catch (cause) {
    await program.close();
    throw new Error(`The embedded DynamoDB does not answer at ${endpoint}: ${program.output().trim()}`, { cause });
  }
  return { endpoint, pid: program.pid, close: program.close };
}

function portTaken(port: number): Error {
  return new Error(
    `The port ${port} of 127.0.0.1 is in use. Stop the program that uses it, or choose another port for DynamoDB.`,
  );
}
