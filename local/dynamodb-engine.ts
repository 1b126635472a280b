import { join } from 'node:path';
import { startDynamoDbLocal } from './aws/dynamodb-local.ts';
import { type LocalDynamoDb, startDynamoDb } from './dynamodb.ts';

interface Engine {
  /** Of the file or the folder with its data, in the folder of the local run. */
  readonly dataName: string;
  start(dbPath: string | undefined): Promise<LocalDynamoDb>;
}

/** The programs that can be DynamoDB on this machine: dynoxide, which npm brings, and Amazon DynamoDB Local, which needs Java. */
const engines = {
  embedded: { dataName: 'table.db', start: async dbPath => await startDynamoDb(dbPath ? { dbPath } : {}) },
  local: { dataName: 'dynamodb-local', start: startDynamoDbLocal },
} as const satisfies Record<string, Engine>;

export type DynamoDbEngine = keyof typeof engines;
export const dynamoDbEngines = Object.keys(engines).filter((name): name is DynamoDbEngine => name in engines);

/**
 * Returns the engine that `LICENSE_SERVER_DYNAMODB` names: `npm test` and all else that starts the server run on it.
 *
 * @throws Error for a name that is none
 */
export function chosenEngine(): DynamoDbEngine {
  const name = process.env.LICENSE_SERVER_DYNAMODB || 'embedded';
  const engine = dynamoDbEngines.find(known => known === name);
  if (engine) return engine;
  throw new Error(`LICENSE_SERVER_DYNAMODB is ${name}: expected ${dynamoDbEngines.join(' or ')}.`);
}

/** @param folder stores the data @default memory only */
export async function startEngine(engine: DynamoDbEngine, folder: string | undefined): Promise<LocalDynamoDb> {
  const { dataName, start } = engines[engine];
  return await start(folder && join(folder, dataName));
}

/** Returns the other engine whose data is in a folder, for `isThere` tells whether a name is. */
export function otherEngineIn(
  engine: DynamoDbEngine,
  isThere: (dataName: string) => boolean,
): DynamoDbEngine | undefined {
  return dynamoDbEngines.find(other => other !== engine && isThere(engines[other].dataName));
}
