import { afterAll, beforeAll, beforeEach, expect } from '@jest/globals';
import { dayOf } from '../../domain/kernel/time.ts';
import type { HeldKey } from '../../sdk/keys/keyring.ts';
import { type Event, type RotatingAccount, startAccount } from '../support/clients/rotating-site.ts';
import { captureOutput } from '../support/output.ts';
import { type Instance, startInstance } from '../support/server/instance.ts';
import { type Ledger, ledgerOf } from '../support/server/ledger.ts';
import { startServer, type TestServer } from '../support/server/server.ts';

export const steps = ['createSecret', 'setSecret', 'testSecret', 'finishSecret'] as const;

/** A site by the name of its key in the store, and its first key. */
export interface Plant {
  readonly name: string;
  readonly first: HeldKey;
}

/** For each test a new plant whose key is attached to the rotation of an account; server and account are there for the whole file. */
export function rotatedPlant() {
  const output = captureOutput();
  let server: TestServer;
  let instance: Instance;
  let ledger: Ledger;
  let account: RotatingAccount;
  let refs = 0;
  let plant: Plant;

  beforeAll(async () => {
    server = await startServer();
    server.meter.records = false;
    instance = await startInstance(server);
    ledger = ledgerOf(server);
    account = await startAccount(server, instance);
  });
  beforeEach(async () => {
    account.fetch = instance.fetch;
    account.invoke = account.rotation;
    account.through = undefined;
    account.staged = undefined;
    plant = await another();
  });
  afterAll(async () => {
    await settled();
    await server.close();
    output.restore();
  });

  const settled = async () => await server.world.aws.secrets.rotationsSettled();

  /** One more site; the log begins after it. */
  async function another(): Promise<Plant> {
    const name = `plant-${refs++}`;
    const input = { enterpriseId: account.enterpriseId, siteRef: name, state: 'active', mode: 'dev' } as const;
    const first = await account.keyring.obtain(name, 'create-site', input);
    await settled();
    account.log.length = 0;
    return { name, first };
  }

  const held = async () => await account.keyring.current(plant.name);
  const siteOf = async ({ first }: Plant) =>
    await server.operator.call('get-site', { siteId: first.claims.sub.slice('site:'.length) });
  const isValid = async (key = '') => (await server.operator.call('check-validity', { key })).valid;
  const pendingIdOf = async ({ name }: Plant) =>
    Object.entries(await account.stages(name)).find(([, stages]) => stages.includes('AWSPENDING'))?.[0];
  const clonesOf = async ({ first }: Plant) =>
    await ledger.all(`N#hub#${dayOf(server.clock.at)}`, `possible-clone#${first.claims.sub}`);

  return {
    get server() {
      return server;
    },
    get instance() {
      return instance;
    },
    get account() {
      return account;
    },
    get name() {
      return plant.name;
    },
    get first() {
      return plant.first;
    },
    get secretId() {
      return account.idOf(plant.name);
    },
    settled,
    another,
    held,
    isValid,
    site: async () => await siteOf(plant),
    clones: async () => await clonesOf(plant),
    pendingId: async () => await pendingIdOf(plant),
    rotate: async () => await account.rotate(plant.name),
    record: async (stage?: string) => await account.record(plant.name, stage),
    /** what was logged of each step since the test began */
    codes: () =>
      account.log
        .filter(line => line.startsWith('{'))
        .map(line => JSON.parse(line))
        .map(({ step, outcome, code }) => [step, outcome ?? code]),
    /** The key in the secret is the server's newest and valid, no clone was reported, and the next rotation may begin. */
    async endsWith(generation: number, one: Plant = plant): Promise<void> {
      const now = await account.keyring.current(one.name);
      expect(now?.claims).toMatchObject({ sub: one.first.claims.sub, gen: generation });
      expect([(await siteOf(one)).generation, await isValid(now?.key), await pendingIdOf(one)]).toEqual([
        generation,
        true,
        undefined,
      ]);
      expect(await clonesOf(one)).toEqual([]);
    },
    /** Puts something in the place of one step. */
    meddle(step: string, instead: (event: Event) => Promise<void>): void {
      account.invoke = async event => await (event.Step === step ? instead(event) : account.rotation(event));
    },
    /** As a person who calls the rotation off. */
    async clearPending(): Promise<void> {
      const label = { SecretId: account.idOf(plant.name), VersionStage: 'AWSPENDING' };
      await account.secrets.updateSecretVersionStage({ ...label, RemoveFromVersionId: await pendingIdOf(plant) });
    },
    /** No key, no Idempotency-Key and no private key of any version ever reached the log of this file's tests. */
    async expectNothingTold(): Promise<void> {
      const secrets = await account.everySecret();
      expect(secrets.length).toBeGreaterThan(20);
      expect(account.everything.length).toBeGreaterThan(20);
      const log = account.everything.join('\n');
      expect(secrets.filter(secret => log.includes(secret))).toEqual([]);
      expect(log).not.toMatch(/eyJ|PRIVATE KEY-----\\n/);
    },
  };
}

export const dies = async () => await Promise.reject(new Error('the function has died'));
export const away: typeof fetch = async () => await Promise.reject(new TypeError('fetch failed'));

export function isRefresh(url: unknown): boolean {
  return /\/sites\/[^/]+\/key$/.test(String(url));
}

/** The same key with another signature. */
export function forged(key: unknown): string {
  const [token = '', ...parents] = String(key).split('~');
  const [head, claims, signature = ''] = token.split('.');
  const other = signature.startsWith('A') ? 'B' : 'A';
  return [[head, claims, other + signature.slice(1)].join('.'), ...parents].join('~');
}
