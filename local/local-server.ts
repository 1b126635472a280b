import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import type { PublicJwk } from '../domain/chain/levels.ts';
import type { Seconds } from '../domain/kernel/time.ts';
import { readSecret } from '../lambdas/platform/aws/secrets.ts';
import { createClient } from '../sdk/client.ts';
import { importSigningKey } from '../sdk/signing-key.ts';
import { advanceClock, type Passing } from './advance-clock.ts';
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
  /** variables of the user's environment that name the endpoint of a service */
  readonly given: readonly string[];
  readonly pump: StreamPump;
  readonly clock: MovableClock;
  /** lets time pass: moves the clock, and runs what falls due on the way */
  pass(seconds: number, passing: Passing): Promise<void>;
  close(): Promise<void>;
}

export interface LocalServerOptions {
  readonly port: number;
  /** Where everything is kept. */
  readonly folder: string;
  /** Forgets what the folder kept. */
  readonly fresh: boolean;
  /** What the clock of a new folder shows at first. @default this machine's time */
  readonly start?: Seconds | undefined;
  /** @default the one that the environment names, else the embedded one */
  readonly dynamodb?: DynamoDbEngine | undefined;
  readonly watch?: ((answered: AnsweredRequest) => void) | undefined;
}

/** What a server keeps in its folder. */
const kept = [
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
 * Starts the whole server on this machine, with two sample applications, their keys in files, the stream and the schedules.
 *
 * @throws FolderInUse, CorruptStateFile, NoEmbeddedDynamoDb, NoDynamoDbLocal; Error when the port is taken
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
    if (fresh) forget(folder);
    requireSameEngine(folder, dynamodb);
    const log = logToFile(join(folder, 'server.log'));
    ends.push(() => log.close());
    const clock = startMovableClock({ file: clockFile(join(folder, 'keys')), start: options.start });
    const world = await startLocalDeployment({ orgs: [sampleOrg], folder, fresh, dynamodb, now: clock.now });
    ends.push(() => world.close());
    const gateway = await startGateway(port, id => world.handler(id), options.watch);
    ends.push(() => gateway.close());
    await prepareClients(folder, world, gateway, clock);
    writeAwsVariables(join(folder, 'aws.env'));
    const { pump, schedules } = await startBackground(folder, world, log, ends);
    const surroundings = { clock, schedules, pump, notices: world.notices };
    const pass = async (seconds: number, passing: Passing) => {
      const ahead = clock.aheadSeconds() + seconds;
      await advanceClock(surroundings, seconds, passing);
      // What it took came on top: who asks for 30 days is 30 days ahead.
      if (!passing.signal?.aborted) clock.moveTo(clock.now() - clock.aheadSeconds() + ahead);
    };
    const control = await startControl(folder, { clock, pass });
    ends.push(() => control.close());
    return { url: gateway.url, root: world.root, given: world.given, pump, clock, pass, close };
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

/** For commands that speak to AWS themselves: a shell reads it, and they find the emulators of this run. */
function writeAwsVariables(path: string): void {
  const variables = Object.entries(process.env).filter(([name]) =>
    /^AWS_(ENDPOINT_URL_|REGION$|(SECRET_)?ACCESS_KEY)/.test(name),
  );
  writeFileSync(path, variables.map(([name, value]) => `export ${name}='${value}'\n`).join(''));
}

/** Keys and positions in the folder belong to the table beside them. */
function requireSameEngine(folder: string, engine: DynamoDbEngine): void {
  const other = otherEngineIn(engine, name => existsSync(join(folder, name)));
  if (other === undefined) return;
  throw new Error(
    `The data in ${folder} belong to another DynamoDB: expected --dynamodb ${other}. Start with --fresh, or choose another folder with --data.`,
  );
}

function forget(folder: string): void {
  for (const name of kept) rmSync(join(folder, name), { recursive: true, force: true });
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
  return new Error(`Port ${port} is taken: end what uses it, or choose another with --port.`);
}
