import { existsSync, mkdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { LocalDynamoDb } from '../dynamodb.ts';
import { startWatched } from './watched-process.ts';

const install = 'node scripts/independent/dynamodb-local/fetch.ts';

/** Folder in which `scripts/independent/dynamodb-local/fetch.ts` installs Amazon DynamoDB Local: `lib` and `classes`. */
export const dynamoDbLocalFolder = fileURLToPath(new URL('../../build/dynamodb-local', import.meta.url));

/** Thrown when Amazon DynamoDB Local, or Java, is not installed. */
export class NoDynamoDbLocalError extends Error {
  constructor(reason: string) {
    super(
      `Amazon DynamoDB Local cannot run: ${reason}. Install Java 17 (a JDK) and Maven, and run "${install}" once, or start without "--dynamodb local".`,
    );
    this.name = 'NoDynamoDbLocal';
  }
}

/**
 * Starts Amazon DynamoDB Local on a free port of 127.0.0.1. It is ready when this returns, and ends with this process.
 *
 * @param dbPath the folder with the data @default memory only
 * @throws NoDynamoDbLocal when it is not installed, or Java is not
 */
export async function startDynamoDbLocal(dbPath?: string): Promise<LocalDynamoDb> {
  const [lib, classes] = [join(dynamoDbLocalFolder, 'lib'), join(dynamoDbLocalFolder, 'classes')];
  if (!existsSync(classes)) throw new NoDynamoDbLocalError('it is not installed');
  if (dbPath !== undefined) mkdirSync(dbPath, { recursive: true });
  const program = await startWatched('java', [
    // Optimized for a quick start, since it runs for minutes at most.
    '-XX:TieredStopAtLevel=1',
    '-XX:+UseSerialGC',
    `-Djava.library.path=${lib}`,
    '-cp',
    [classes, join(lib, '*')].join(delimiter),
    'LoopbackServer',
    '-disableTelemetry',
    '-sharedDb',
    ...(dbPath === undefined ? ['-inMemory'] : ['-dbPath', dbPath]),
  ]);
  if (!(await program.says('listening on'))) throw new NoDynamoDbLocalError(program.output().trim());
  const endpoint = /listening on (\S+)/.exec(program.output())?.[1] ?? '';
  return { endpoint, pid: program.pid, close: program.close };
}
