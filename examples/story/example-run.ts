import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isoTime } from '../../domain/kernel/time.ts';
import { freePort } from '../../local/aws/free-port.ts';
import { readControlAddress } from '../../local/control-file.ts';
import { type Client, createClient } from '../../sdk/index.ts';
import { openFileStore } from '../../sdk/stores/file-store.ts';
import { startClock } from '../clock.ts';
import { credentialOf, rootIn, type Service, signingKeyOf, storeCredentials } from './credentials.ts';
import { type HwfAccount, openHwfAccount } from './hwf-account.ts';
import { type Program, startProgram } from './program.ts';

/** Running programs of the example: `npm start`, HWF with an AWS account, Boost with a folder. */
export interface ExampleRun {
  readonly hwf: Program;
  readonly boost: Program;
  readonly operator: Client;
  readonly folders: { readonly boost: string; readonly mistakes: string };
  readonly account: Pick<HwfAccount, 'secrets' | 'rotationLog'>;
  now(): number;
  today(): string;
  /** Advances the clock in steps of 5 days and runs the schedules. @param skipped schedules to skip */
  pass(days: number, skipped?: 'sweep-expiry'): Promise<void>;
  /** Advances the clock while the server is stopped. */
  advanceWithoutServer(days: number): void;
  stopServer(): Promise<void>;
  startServer(): Promise<void>;
  /** Starts another instance of a service with a changed environment. @throws StartError */
  startAnother(service: Service, environment: Readonly<Record<string, string>>): Promise<Program>;
  close(): Promise<void>;
}

const day = 86_400;

/** Starts the programs. @param folder data folder of the license server; contains all files of the example */
export async function startExample(folder: string): Promise<ExampleRun> {
  const ends: (() => Promise<unknown>)[] = [];
  const close = async () => {
    for (const end of ends.splice(0).reverse()) await end();
  };
  try {
    return await build(folder, ends, close);
  } catch (error) {
    await close();
    throw error;
  }
}

async function build(
  folder: string,
  ends: (() => Promise<unknown>)[],
  close: ExampleRun['close'],
): Promise<ExampleRun> {
  const port = String((await freePort(0)) ?? 0);
  // As under npm: the server ends with its parent process, whatever the signal.
  const underNpm = { npm_lifecycle_event: 'example' };
  const start = async () => await startProgram(['local/start.ts', '--port', port, '--data', folder], underNpm);
  let server: Program | undefined = await start();
  const { url } = server;
  const stopServer = async () => {
    await server?.end();
    server = undefined;
  };
  ends.push(stopServer);
  const keys = join(folder, 'keys');
  const clockFile = join(keys, 'clock-ahead');
  const clock = startClock(clockFile);
  const { keyid, pem: privateKey } = credentialOf(keys, 'hwf');
  const root = rootIn(keys);
  const account = await openHwfAccount({ root, profile: { url, keyid, privateKey }, now: clock.now });
  ends.push(account.close);
  const boostFolder = join(folder, 'boost-keys');
  await storeCredentials({ hwf: account.store, boost: await openFileStore(boostFolder) }, keys);
  const environments = environmentsOf({ url, keys, clockFile, boostFolder, account });
  const startAnother: ExampleRun['startAnother'] = async (service, environment) => {
    const program = await startProgram([`examples/${service}/main.ts`], { ...environments[service], ...environment });
    ends.push(program.end);
    return program;
  };
  const boost = await startAnother('boost', {});
  const hwf = await startAnother('hwf', { PARTNER_URL: boost.url });
  return {
    hwf,
    boost,
    operator: createClient({ url, key: await signingKeyOf(keys, 'operator'), now: clock.now }),
    folders: { boost: boostFolder, mistakes: join(folder, 'mistakes') },
    account,
    now: clock.now,
    today: () => isoTime(clock.now()).slice(0, 10),
    pass: async (days, skipped) => await tick(folder, days, skipped),
    advanceWithoutServer: days =>
      writeFileSync(clockFile, String(Number(readFileSync(clockFile, 'utf8')) + Math.round(days * day))),
    stopServer,
    startServer: async () => {
      server = await start();
    },
    startAnother,
    close,
  };
}

interface Places {
  readonly url: string;
  readonly keys: string;
  readonly clockFile: string;
  readonly boostFolder: string;
  readonly account: HwfAccount;
}

function environmentsOf({ url, keys, clockFile, boostFolder, account }: Places) {
  const both = {
    LICENSE_SERVER_URL: url,
    LICENSE_ROOT_FILE: join(keys, 'root.jwk.json'),
    CLOCK_AHEAD_FILE: clockFile,
  };
  mkdirSync(boostFolder, { recursive: true });
  return {
    boost: { ...both, KEYS_FOLDER: boostFolder },
    hwf: {
      ...both,
      SECRETS_PREFIX: account.prefix,
      ROTATION_FUNCTION: account.functionArn,
      AWS_ENDPOINT_URL_SECRETS_MANAGER: account.endpoint,
      AWS_REGION: 'eu-central-1',
      AWS_ACCESS_KEY_ID: 'hwf',
      AWS_SECRET_ACCESS_KEY: 'local',
      AWS_EC2_METADATA_DISABLED: 'true',
    },
  } satisfies Record<Service, Record<string, string>>;
}

const stepDays = 5;

/** Advances the clock as `npm run local -- tick` does. */
async function tick(folder: string, days: number, skipped?: string): Promise<void> {
  const address = readControlAddress(folder);
  if (!address) throw new Error(`The folder ${folder} has no running license server.`);
  const how = `${Math.round(days * day)}/${stepDays * day}${skipped ? `/${skipped}` : ''}`;
  const response = await fetch(`${address.url}/tick/${how}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${address.token}` },
  });
  const last = (await response.text()).trim().split('\n').at(-1) ?? '';
  if (!last.includes('"now"')) throw new Error(`The clock did not advance: ${last}`);
}
