import { join } from 'node:path';
import { startDynamoDbLocal } from './aws/dynamodb-local.ts';
import { type LocalDynamoDb, startDynamoDb } from './dynamodb.ts';

interface Engine {
  /** Name of the file or folder with its data. */
  readonly dataName: string;
  start(dbPath: string | undefined): Promise<LocalDynamoDb>;
}

/** Implementations of DynamoDB: dynoxide, an npm dependency, and Amazon DynamoDB Local, which requires Java. */
const engines = {
  embedded: { dataName: 'table.db', start: async dbPath => await startDynamoDb(dbPath ? { dbPath } : {}) },
  local: { dataName: 'dynamodb-local', start: startDynamoDbLocal },
} as const satisfies Record<string, Engine>;

export type DynamoDbEngine = keyof typeof engines;
export const dynamoDbEngines = Object.keys(engines).filter((name): name is DynamoDbEngine => name in engines);

/**
 * Returns the engine of `LICENSE_SERVER_DYNAMODB`, used by `npm test` and all programs that start the server.
 *
 * @throws Error for an unknown name
 */
export function chosenEngine(): DynamoDbEngine {
  const name = process.env.LICENSE_SERVER_DYNAMODB || 'embedded';
  const engine = dynamoDbEngines.find(known => known === name);
  if (engine) return engine;
  throw new Error(`LICENSE_SERVER_DYNAMODB is ${name}: expected ${dynamoDbEngines.join(' or ')}.`);
}

/** Starts an engine. @param folder data folder @default memory only */
export async function startEngine(engine: DynamoDbEngine, folder: string | undefined): Promise<LocalDynamoDb> {
  const { dataName, start } = engines[engine];
  return await start(folder && join(folder, dataName));
}

/** Returns another engine whose data exists, as `isThere` reports. */
export function otherEngineIn(
  engine: DynamoDbEngine,
  isThere: (dataName: string) => boolean,
): DynamoDbEngine | undefined {
  return dynamoDbEngines.find(other => other !== engine && isThere(engines[other].dataName));
}
