import { existsSync, mkdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { LocalDynamoDb } from '../dynamodb.ts';
import { startWatched } from './watched-process.ts';

const install = 'node scripts/independent/dynamodb-local/fetch.ts';

/** Where `scripts/independent/dynamodb-local/fetch.ts` installs Amazon DynamoDB Local: `lib` and `classes`. */
export const dynamoDbLocalFolder = fileURLToPath(new URL('../../build/dynamodb-local', import.meta.url));

/** Amazon DynamoDB Local, or Java, is not on this machine. */
export class NoDynamoDbLocal extends Error {
  constructor(reason: string) {
    super(
      `Amazon DynamoDB Local cannot run: ${reason}. Install Java 17 (a JDK) and Maven, and run "${install}" once, or start without "--dynamodb local".`,
    );
    this.name = 'NoDynamoDbLocal';
  }
}

/**
 * Starts Amazon DynamoDB Local on 127.0.0.1 and any free port; it answers when this returns, and never outlives this process.
 *
 * @param dbPath the folder with the data @default memory only
 * @throws NoDynamoDbLocal when it is not installed, or Java is not
 */
export async function startDynamoDbLocal(dbPath?: string): Promise<LocalDynamoDb> {
  const [lib, classes] = [join(dynamoDbLocalFolder, 'lib'), join(dynamoDbLocalFolder, 'classes')];
  if (!existsSync(classes)) throw new NoDynamoDbLocal('it is not installed');
  if (dbPath !== undefined) mkdirSync(dbPath, { recursive: true });
  const program = await startWatched('java', [
    // It runs for minutes at most: a quick start matters more than speed after hours.
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
  if (!(await program.says('listening on'))) throw new NoDynamoDbLocal(program.output().trim());
  const endpoint = /listening on (\S+)/.exec(program.output())?.[1] ?? '';
  return { endpoint, pid: program.pid, close: program.close };
}
