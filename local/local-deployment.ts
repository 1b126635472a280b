import { randomBytes } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import type { PublicJwk } from '../domain/chain/levels.ts';
import { firstKeys, type KeyRings } from '../domain/trust/key-ring.ts';
import { loadHandler } from '../lambdas/areas.ts';
import { type OperationId, operations } from '../lambdas/operations.ts';
import type { Runtime } from '../lambdas/platform/kernel/runtime.ts';
import { systemRuntime } from '../lambdas/platform/kernel/system-runtime.ts';
import type { ProxyHandler, ServedHandler } from '../lambdas/platform/request/serve.ts';
import { localArn } from './aws/account.ts';
import { type Endpoints, forgetEndpoints, givenEndpoints, givenVariables, pointSdkAt } from './aws/endpoints.ts';
import { startNoticesAt } from './aws/given-notices.ts';
import type { LocalNotices } from './aws/notifications.ts';
import { type LocalAws, startAws } from './aws/server.ts';
import { deployChain } from './chain.ts';
import { createConsumingStack } from './consuming-stack.ts';
import { showFunctions, showInternalFunctions } from './deployed-functions.ts';
import { chosenEngine, type DynamoDbEngine, startEngine } from './dynamodb-engine.ts';
import { ensureSecret } from './keys.ts';
import { createTable, tableName as defaultTableName, dropTable } from './table.ts';

export interface LocalDeploymentOptions {
  readonly orgs: readonly string[];
  /** keeps tables, keys and secrets there @default memory only */
  readonly folder?: string | undefined;
  /** seconds since 1970 @default the clock of this machine */
  readonly now?: (() => number) | undefined;
  /** @default the one that the environment names, else the embedded one */
  readonly dynamodb?: DynamoDbEngine | undefined;
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
export interface LocalDeployment {
  readonly runtime: Runtime;
  readonly aws: LocalAws;
  readonly notices: LocalNotices;
  /** variables of the user's environment that name the endpoint of a service */
  readonly given: readonly string[];
  /** what clients pin */
  readonly root: PublicJwk;
  handler(id: OperationId): ProxyHandler;
  /** Does what `cdk deploy` does when the key rings have changed: the keys, and new functions where the template changed, over the same data. */
  deploy(keyRings: KeyRings): Promise<void>;
  close(): Promise<void>;
}

const secretPrefix = 'license-server/local';
const roles = localArn('iam', 'role/license-server/local');

/** The emulators share this machine, which may be slow: these waits only end what hangs. */
const unhurried = { connectMs: 60_000, answerMs: 60_000, functionMs: 60_000 };

export async function startLocalDeployment(options: LocalDeploymentOptions): Promise<LocalDeployment> {
  const { folder, orgs, tableName = defaultTableName } = options;
  const given = givenEndpoints();
  const dynamo = given.dynamodb ? undefined : await startEngine(options.dynamodb ?? chosenEngine(), folder);
  const now = options.now ?? systemRuntime.now;
  const aws = await startAws({ ...(folder && { stateFile: `${folder}/aws.json` }), now: () => now() * 1000 });
  const notices = await startNoticesAt(given, folder && `${folder}/notices`);
  const endpoints: Endpoints = {
    dynamodb: dynamo?.endpoint ?? '',
    dynamodbStreams: dynamo?.endpoint ?? '',
    kms: aws.endpoint,
    secretsManager: aws.endpoint,
    lambda: aws.endpoint,
    ...notices.endpoints,
    ...given,
  };
  pointSdkAt(endpoints, given);
  if (options.fresh) await dropTable(tableName);
  await createTable(tableName);
  const settings = { ...(await makeSettings(orgs)), ...notices.settings, TABLE_NAME: tableName };
  const random = (bytes: number) => new Uint8Array(randomBytes(bytes));
  const base: Runtime = {
    env: settings,
    now,
    random,
    sleep: async milliseconds => await setTimeout(milliseconds),
    waits: unhurried,
    instrument: options.instrument ?? (() => {}),
  };
  const handlers = await loadHandlers();
  const stack = createConsumingStack(async ({ settings: env }) => {
    const runtime: Runtime = { ...base, env };
    await showFunctions(aws, runtime);
    return { runtime, live: new Map(Object.entries(handlers).map(([id, handler]) => [id, handler.on(runtime)])) };
  });
  const deployed = async (keyRings: KeyRings) => {
    const chain = await deployChain(base, aws, orgs, keyRings);
    showInternalFunctions(aws, chain);
    return { root: chain.root, ...(await stack.deploy(keyRings, chain)) };
  };
  let current = await deployed(options.keyRings ?? firstKeys);
  return {
    aws,
    notices,
    given: givenVariables(given),
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
      await dynamo?.close();
      forgetEndpoints(endpoints);
    },
  };
}

async function makeSettings(orgs: readonly string[]): Promise<Record<string, string>> {
  for (const org of orgs)
    for (const kind of ['responder', 'operator']) await ensureSecret(`${secretPrefix}/${kind}/${org}`);
  return {
    STAGE: 'local',
    ORGS: orgs.join(),
    CERTIFIER_FUNCTION: 'certify',
    TRUST_FUNCTION: 'set-up-trust',
    STATEMENT_FUNCTION: 'sign-statement',
    ENTERPRISE_KEY_ADMINS: localArn('iam', 'root'),
    ENTERPRISE_KEY_SIGNERS: `${roles}/signers/*`,
    ENTERPRISE_KEY_ROLES: `${roles}/*`,
    SECRET_PREFIX: secretPrefix,
  };
}

async function loadHandlers(): Promise<Record<string, ServedHandler>> {
  const ids = Object.keys(operations);
  return Object.fromEntries(
    await Promise.all(ids.map(async id => [id, await loadHandler<ServedHandler>(id)] as const)),
  );
}
