import { randomBytes } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import type { PublicJwk } from '../domain/chain/levels.ts';
import { firstKeys, type KeyRings } from '../domain/key-ring.ts';
import { systemRuntime } from '../lambdas/adapters/system-runtime.ts';
import { type OperationId, operations } from '../lambdas/operations.ts';
import type { ProxyHandler, ServedHandler } from '../lambdas/pipeline/serve.ts';
import type { Runtime } from '../lambdas/runtime.ts';
import { type LocalNotices, startNotices } from './aws/notices.ts';
import { type LocalAws, startAws } from './aws/server.ts';
import { deployChain } from './chain.ts';
import { loadConsumers } from './consumers.ts';
import { createConsumingStack } from './consuming-stack.ts';
import { startDynamoDb } from './dynamodb.ts';
import { ensureSecret } from './keys.ts';
import { createTable, tableName as defaultTableName, dropTable } from './table.ts';

export interface WorldOptions {
  readonly orgs: readonly string[];
  /** keeps tables, keys and secrets there @default memory only */
  readonly folder?: string | undefined;
  /** seconds since 1970 @default the clock of this machine */
  readonly now?: (() => number) | undefined;
  /** sees every AWS SDK client @default nothing */
  readonly instrument?: Runtime['instrument'] | undefined;
  /** @default license-server */
  readonly tableName?: string | undefined;
  /** drops the table that is there @default false */
  readonly fresh?: boolean | undefined;
  /** of Root and Orgs @default their first keys */
  readonly keyRings?: KeyRings | undefined;
}

/** The whole server on this machine: the real handlers and adapters, emulated AWS services behind the real SDK. */
export interface World {
  readonly runtime: Runtime;
  readonly aws: LocalAws;
  readonly notices: LocalNotices;
  /** what clients pin */
  readonly root: PublicJwk;
  handler(id: OperationId): ProxyHandler;
  /** Does what `cdk deploy` does when the key rings have changed: the keys, and new functions where the template changed, over the same data. */
  deploy(keyRings: KeyRings): Promise<void>;
  close(): Promise<void>;
}

const secretPrefix = 'license-server/local';
const account = '000000000000';
const roleOf = (id: string) => `arn:aws:iam::${account}:role/${id}`;

export async function startWorld(options: WorldOptions): Promise<World> {
  const { folder, orgs, tableName = defaultTableName } = options;
  const given = process.env.AWS_ENDPOINT_URL_DYNAMODB;
  const dynamo = given ? undefined : await startDynamoDb(folder ? { dbPath: `${folder}/table.db` } : {});
  const now = options.now ?? systemRuntime.now;
  const aws = await startAws({ ...(folder && { stateFile: `${folder}/aws.json` }), now: () => now() * 1000 });
  const notices = await startNotices(folder && `${folder}/notices`);
  pointSdkAt(dynamo?.endpoint ?? given ?? '', aws.endpoint, notices.endpoint);
  if (options.fresh) await dropTable(tableName);
  await createTable(tableName);
  const settings = { ...(await makeSettings(orgs)), ...notices.settings, TABLE_NAME: tableName };
  const random = (bytes: number) => new Uint8Array(randomBytes(bytes));
  const base: Runtime = {
    env: settings,
    now,
    random,
    sleep: async milliseconds => await setTimeout(milliseconds),
    instrument: options.instrument ?? (() => {}),
  };
  const handlers = await loadHandlers();
  const stack = createConsumingStack(async ({ settings: env }) => {
    const runtime: Runtime = { ...base, env };
    // Under the names that they have in the cloud, where a person invokes them to give back what was set aside.
    for (const [id, consumer] of await loadConsumers(runtime)) aws.setFunction(`license-server-local-${id}`, consumer);
    return { runtime, live: new Map(Object.entries(handlers).map(([id, handler]) => [id, handler.on(runtime)])) };
  });
  const deployed = async (keyRings: KeyRings) => {
    const chain = await deployChain(base, aws, orgs, keyRings);
    return { root: chain.root, ...(await stack.deploy(keyRings, chain)) };
  };
  let current = await deployed(options.keyRings ?? firstKeys);
  return {
    aws,
    notices,
    get runtime() {
      return current.runtime;
    },
    get root() {
      return current.root;
    },
    handler(id) {
      const handler = current.live.get(id);
      if (!handler) throw new Error(`there is no handler ${id}`);
      return handler;
    },
    async deploy(keyRings) {
      current = await deployed(keyRings);
    },
    async close() {
      await notices.close();
      await aws.close();
      if (!dynamo) return;
      await dynamo.close();
      // Else the next world of this process would take it for one that was given.
      delete process.env.AWS_ENDPOINT_URL_DYNAMODB;
    },
  };
}

/** What a developer's shell may hold, and what would take the SDK away from the emulators. */
const strayVariables = [
  'AWS_PROFILE',
  'AWS_IGNORE_CONFIGURED_ENDPOINT_URLS',
  'AWS_USE_FIPS_ENDPOINT',
  'AWS_USE_DUALSTACK_ENDPOINT',
];

/** The SDK finds the emulators by its own environment variables: no code of the server knows of them. */
function pointSdkAt(dynamo: string, aws: string, notices: string): void {
  for (const name of strayVariables) delete process.env[name];
  Object.assign(process.env, {
    AWS_ENDPOINT_URL_DYNAMODB: dynamo,
    AWS_ENDPOINT_URL_DYNAMODB_STREAMS: dynamo,
    AWS_ENDPOINT_URL_KMS: aws,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: aws,
    AWS_ENDPOINT_URL_LAMBDA: aws,
    AWS_ENDPOINT_URL_SNS: notices,
    AWS_ENDPOINT_URL_SQS: notices,
    AWS_ENDPOINT_URL_S3: notices,
    AWS_REGION: 'eu-central-1',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
  });
}

async function makeSettings(orgs: readonly string[]): Promise<Record<string, string>> {
  for (const org of orgs)
    for (const kind of ['responder', 'operator']) await ensureSecret(`${secretPrefix}/${kind}/${org}`);
  const signers = Object.entries(operations).filter(([, { grants }]) => 'signsAsEnterprise' in grants);
  return {
    STAGE: 'local',
    ORGS: orgs.join(),
    CERTIFIER_FUNCTION: 'certify',
    TRUST_FUNCTION: 'set-up-trust',
    STATEMENT_FUNCTION: 'sign-statement',
    ENTERPRISE_KEY_ADMINS: `arn:aws:iam::${account}:root`,
    ENTERPRISE_KEY_SIGNERS: signers.map(([id]) => roleOf(id)).join(),
    ENTERPRISE_KEY_READERS: roleOf('certify'),
    SECRET_PREFIX: secretPrefix,
  };
}

async function loadHandlers(): Promise<Record<string, ServedHandler>> {
  const ids = Object.keys(operations);
  const modules = await Promise.all(ids.map(async id => await import(`../lambdas/operations/${id}/handler.ts`)));
  return Object.fromEntries(ids.map((id, i) => [id, modules[i].handler]));
}
