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
import { startNotificationsAt } from './aws/given-notices.ts';
import type { LocalNotifications } from './aws/notifications.ts';
import { type LocalAws, startAws } from './aws/server.ts';
import { deployChain } from './chain.ts';
import { createConsumingStack } from './consuming-stack.ts';
import { describeFunctions, describeInternalFunctions } from './deployed-functions.ts';
import { chosenEngine, type DynamoDbEngine, startEngine } from './dynamodb-engine.ts';
import { skipEmptyPartitions } from './empty-partitions.ts';
import { ensureSecret } from './keys.ts';
import { createTable, tableName as defaultTableName, dropTable } from './table.ts';

export interface LocalDeploymentOptions {
  readonly orgs: readonly string[];
  /** Data folder. @default memory only */
  readonly folder?: string | undefined;
  /** Returns the time in seconds since 1970. @default the clock of this machine */
  readonly now?: (() => number) | undefined;
  /** @default that of LICENSE_SERVER_DYNAMODB, else the embedded one */
  readonly dynamodb?: DynamoDbEngine | undefined;
  /** Instruments every AWS SDK client. @default none */
  readonly instrument?: Runtime['instrument'] | undefined;
  /** Omits queries of empty partitions in the sweep, unless others may write to the table too. @default false */
  readonly quickSweeps?: boolean | undefined;
  /** @default license-server */
  readonly tableName?: string | undefined;
  /** Drops an existing table. @default false */
  readonly fresh?: boolean | undefined;
  /** Key rings of Root and Orgs. @default their first keys */
  readonly keyRings?: KeyRings | undefined;
}

/** The complete server on this machine: the real handlers and adapters, with emulated AWS services. */
export interface LocalDeployment {
  readonly runtime: Runtime;
  readonly aws: LocalAws;
  readonly notices: LocalNotifications;
  /** Variables of the user's environment with endpoints of services. */
  readonly given: readonly string[];
  /** Root that clients pin. */
  readonly root: PublicJwk;
  handler(id: OperationId): ProxyHandler;
  /** Deploys changed key rings as `cdk deploy` does: the keys, and new functions where the template changed. Keeps the data. */
  deploy(keyRings: KeyRings): Promise<void>;
  close(): Promise<void>;
}

const secretPrefix = 'license-server/local';
const roles = localArn('iam', 'role/license-server/local');

/** Timeouts that only end a hang: the emulators share this machine, which may be slow. */
const generousTimeouts = { connectMs: 60_000, answerMs: 60_000, functionMs: 60_000 };

export async function startLocalDeployment(options: LocalDeploymentOptions): Promise<LocalDeployment> {
  const { folder, orgs, tableName = defaultTableName } = options;
  const given = givenEndpoints();
  const dynamo = given.dynamodb ? undefined : await startEngine(options.dynamodb ?? chosenEngine(), folder);
  const now = options.now ?? systemRuntime.now;
  const aws = await startAws({ ...(folder && { stateFile: `${folder}/aws.json` }), now: () => now() * 1000 });
  const notices = await startNotificationsAt(given, folder && `${folder}/notices`);
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
  const settings = { ...(await createSettings(orgs)), ...notices.settings, TABLE_NAME: tableName };
  const skip = options.quickSweeps && dynamo ? await skipEmptyPartitions(tableName) : undefined;
  const random = (bytes: number) => new Uint8Array(randomBytes(bytes));
  const base: Runtime = {
    env: settings,
    now,
    random,
    sleep: async milliseconds => await setTimeout(milliseconds),
    waits: generousTimeouts,
    instrument: stack => {
      options.instrument?.(stack);
      skip?.(stack);
    },
  };
  const handlers = await loadHandlers();
  const stack = createConsumingStack(async ({ settings: env }) => {
    const runtime: Runtime = { ...base, env };
    await describeFunctions(aws, runtime);
    return { runtime, live: new Map(Object.entries(handlers).map(([id, handler]) => [id, handler.on(runtime)])) };
  });
  const deployed = async (keyRings: KeyRings) => {
    const chain = await deployChain(base, aws, orgs, keyRings);
    describeInternalFunctions(aws, chain);
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
      if (!handler) throw new Error(`The handler ${id} does not exist.`);
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

async function createSettings(orgs: readonly string[]): Promise<Record<string, string>> {
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
