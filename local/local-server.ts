import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import type { PublicJwk } from '../domain/chain/levels.ts';
import type { Seconds } from '../domain/kernel/time.ts';
import { readSecret } from '../lambdas/platform/aws/secrets.ts';
import { createClient } from '../sdk/client.ts';
import { importSigningKey } from '../sdk/signing-key.ts';
import { type AdvanceOptions, advanceClock } from './advance-clock.ts';
import { freePort } from './aws/free-port.ts';
import { startControl } from './control-server.ts';
import { chosenEngine, type DynamoDbEngine, otherEngineIn } from './dynamodb-engine.ts';
import { lockFolder } from './folder-lock.ts';
import { type AnsweredRequest, type Gateway, startGateway } from './gateway.ts';
import { type Credential, clockFile, sampleKey, writeKeyFiles } from './key-files.ts';
import { type LocalDeployment, startLocalDeployment } from './local-deployment.ts';
import { type MovableClock, startMovableClock } from './movable-clock.ts';
import { registerSample, sampleNames, sampleOrg } from './samples.ts';
import { type LocalSchedules, startSchedules } from './schedules.ts';
import { logToFile, removeLog, type ServerLog } from './server-log.ts';
import { type StreamPump, startStreamPump } from './stream-pump.ts';
import { tableName } from './table.ts';

export interface LocalServer {
  readonly url: string;
  readonly root: PublicJwk;
  /** Variables of the user's environment with endpoints of services. */
  readonly given: readonly string[];
  readonly pump: StreamPump;
  readonly clock: MovableClock;
  /** Advances the clock and runs the schedules in between. */
  advance(seconds: number, options: AdvanceOptions): Promise<void>;
  close(): Promise<void>;
}

export interface LocalServerOptions {
  readonly port: number;
  /** Data folder. */
  readonly folder: string;
  /** Removes existing data. */
  readonly fresh: boolean;
  /** Initial time of a new folder. @default this machine's time */
  readonly start?: Seconds | undefined;
  /** @default that of LICENSE_SERVER_DYNAMODB, else the embedded one */
  readonly dynamodb?: DynamoDbEngine | undefined;
  readonly watch?: ((answered: AnsweredRequest) => void) | undefined;
}

/** Data files in the folder of a server. */
const dataFiles = [
  'table.db',
  'table.db-shm',
  'table.db-wal',
  'dynamodb-local',
  'aws.json',
  'notices',
  'stream.json',
  'schedules.json',
  'keys',
];

/**
 * Starts the complete server on this machine, with sample applications, their keys in files, the stream and the schedules.
 *
 * @throws FolderInUseError, CorruptStateFileError, NoEmbeddedDynamoDbError, NoDynamoDbLocalError; Error when the port is in use
 */
export async function startLocalServer(options: LocalServerOptions): Promise<LocalServer> {
  const { folder, port, fresh, dynamodb = chosenEngine() } = options;
  const ends: (() => unknown)[] = [];
  const close = async () => {
    for (const end of ends.splice(0).reverse()) await end();
  };
  try {
    mkdirSync(folder, { recursive: true });
    ends.push(lockFolder(folder));
    if ((await freePort(port)) === undefined) throw portTaken(port);
    if (fresh) removeData(folder);
    requireSameEngine(folder, dynamodb);
    const log = logToFile(join(folder, 'server.log'));
    ends.push(() => log.close());
    const clock = startMovableClock({ file: clockFile(join(folder, 'keys')), start: options.start });
    const world = await startLocalDeployment({
      orgs: [sampleOrg],
      folder,
      fresh,
      dynamodb,
      now: clock.now,
      quickSweeps: true,
    });
    ends.push(() => world.close());
    const gateway = await startGateway(port, id => world.handler(id), options.watch);
    ends.push(() => gateway.close());
    await prepareClients(folder, world, gateway, clock);
    writeAwsVariables(join(folder, 'aws.env'));
    const { pump, schedules } = await startBackground(folder, world, log, ends);
    const environment = { clock, schedules, pump, notices: world.notices };
    const advance = async (seconds: number, options: AdvanceOptions) => {
      const ahead = clock.aheadSeconds() + seconds;
      await advanceClock(environment, seconds, options);
      // Excludes the duration of the command: after 30 days the clock is 30 days ahead.
      if (!options.signal?.aborted) clock.moveTo(clock.now() - clock.aheadSeconds() + ahead);
    };
    const control = await startControl(folder, { clock, advance });
    ends.push(() => control.close());
    return { url: gateway.url, root: world.root, given: world.given, pump, clock, advance, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function startBackground(
  folder: string,
  { runtime }: LocalDeployment,
  log: ServerLog,
  ends: (() => unknown)[],
): Promise<{ pump: StreamPump; schedules: LocalSchedules }> {
  const pump = await startStreamPump({
    runtime,
    tableName,
    positionFile: join(folder, 'stream.json'),
    log: log.note,
  });
  ends.push(() => pump.close());
  const schedules = await startSchedules({ runtime, stateFile: join(folder, 'schedules.json'), log: log.note });
  ends.push(() => schedules.close());
  return { pump, schedules };
}

/** Writes the variables by which AWS commands in a shell reach the emulators. */
function writeAwsVariables(path: string): void {
  const variables = Object.entries(process.env).filter(([name]) =>
    /^AWS_(ENDPOINT_URL_|REGION$|(SECRET_)?ACCESS_KEY)/.test(name),
  );
  writeFileSync(path, variables.map(([name, value]) => `export ${name}='${value}'\n`).join(''));
}

/** Requires the engine of the existing data: keys and positions belong to its table. */
function requireSameEngine(folder: string, engine: DynamoDbEngine): void {
  const other = otherEngineIn(engine, name => existsSync(join(folder, name)));
  if (other === undefined) return;
  throw new Error(
    `The data in ${folder} belong to another DynamoDB: expected --dynamodb ${other}. Start with --fresh, or choose another folder with --data.`,
  );
}

function removeData(folder: string): void {
  for (const name of dataFiles) rmSync(join(folder, name), { recursive: true, force: true });
  removeLog(join(folder, 'server.log'));
}

const OperatorSecret = z.object({ keyid: z.string(), privateKey: z.string() });

async function prepareClients(
  folder: string,
  world: LocalDeployment,
  { url }: Gateway,
  { now }: MovableClock,
): Promise<void> {
  const keys = join(folder, 'keys');
  const secret = OperatorSecret.parse(JSON.parse((await readSecret(world.runtime, `operator/${sampleOrg}`)) ?? ''));
  const operator = createClient({ url, key: await importSigningKey(secret.keyid, secret.privateKey), now });
  const credentials: Credential[] = [{ name: 'operator', keyid: secret.keyid, pem: secret.privateKey }];
  for (const name of sampleNames) {
    const { pem, jwk } = sampleKey(keys, name);
    credentials.push({ name, keyid: await registerSample(operator, name, jwk), pem });
  }
  await writeKeyFiles(keys, url, world.root, credentials);
}

function portTaken(port: number): Error {
  return new Error(`The port ${port} is in use. Stop the program that uses it, or choose another with --port.`);
}
