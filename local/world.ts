import { randomBytes } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import * as z from 'zod';
import { PublicJwk } from '../domain/chain/levels.ts';
import { systemRuntime } from '../lambdas/adapters/system-runtime.ts';
import { type OperationId, operations } from '../lambdas/operations.ts';
import type { ProxyHandler, ServedHandler } from '../lambdas/pipeline/serve.ts';
import type { Runtime } from '../lambdas/runtime.ts';
import { handler as certify } from '../lambdas/trust/certify/handler.ts';
import { handler as setUpOrg } from '../lambdas/trust/set-up-org/handler.ts';
import { handler as setUpTrust } from '../lambdas/trust/set-up-trust/handler.ts';
import { handler as signStatement } from '../lambdas/trust/sign-statement/handler.ts';
import { type LocalNotices, startNotices } from './aws/notices.ts';
import { type LocalAws, startAws } from './aws/server.ts';
import { loadConsumers } from './consumers.ts';
import { startDynamoDb } from './dynamodb.ts';
import { ensureSecret, ensureSigningKey } from './keys.ts';
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
}

/** The whole server on this machine: the real handlers and adapters, emulated AWS services behind the real SDK. */
export interface World {
  readonly runtime: Runtime;
  readonly aws: LocalAws;
  readonly notices: LocalNotices;
  /** what clients pin */
  readonly root: PublicJwk;
  handler(id: OperationId): ProxyHandler;
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
  aws.setFunction('set-up-trust', setUpTrust.on(base));
  const links = await Promise.all(orgs.map(async org => SetUp.parse(await setUpTrust.on(base)({ org }))));
  const root = links[0]?.rootJwk ?? '';
  const runtime: Runtime = { ...base, env: { ...settings, ROOT_KEYS: `[${root}]` } };
  aws.setFunction('certify', certify.on(runtime));
  aws.setFunction('sign-statement', signStatement.on(runtime));
  for (const [i, org] of orgs.entries()) await setUpOrg.on(runtime)({ org, orgLink: links[i]?.orgLink });
  // Under the names that they have in the cloud, where a person invokes them to give back what was set aside.
  for (const [id, consumer] of await loadConsumers(runtime)) aws.setFunction(`license-server-local-${id}`, consumer);
  const handlers = await loadHandlers();
  const live = new Map(Object.entries(handlers).map(([id, handler]) => [id, handler.on(runtime)]));
  return {
    runtime,
    aws,
    notices,
    root: PublicJwk.parse(JSON.parse(root)),
    handler(id) {
      const handler = live.get(id);
      if (!handler) throw new Error(`there is no handler ${id}`);
      return handler;
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

const SetUp = z.object({ rootJwk: z.string(), orgLink: z.string() });

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
  const orgKeys: [string, string][] = [];
  const rootKeyId = await ensureSigningKey('root');
  for (const org of orgs) {
    orgKeys.push([org, await ensureSigningKey(`org/${org}`)]);
    for (const kind of ['responder', 'operator']) await ensureSecret(`${secretPrefix}/${kind}/${org}`);
  }
  const signers = Object.entries(operations).filter(([, { grants }]) => 'signsAsEnterprise' in grants);
  return {
    STAGE: 'local',
    ORGS: orgs.join(),
    ROOT_KEY_ID: rootKeyId,
    ORG_KEY_IDS: JSON.stringify(Object.fromEntries(orgKeys)),
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
