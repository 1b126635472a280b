import * as z from 'zod';
import type { Claims, LeafType, PublicJwk } from '../../domain/chain/levels.ts';
import { verifyChain } from '../../domain/chain/verify-chain.ts';
import { checkSignature } from '../../lambdas/adapters/check-signature.ts';
import { readSecret } from '../../lambdas/adapters/secrets.ts';
import { workCursor } from '../../lambdas/adapters/work-cursor.ts';
import type { Runtime } from '../../lambdas/runtime.ts';
import { type Client, createClient } from '../../sdk/client.ts';
import { importSigningKey, type SigningKey } from '../../sdk/signing-key.ts';
import { startGateway } from '../gateway.ts';
import { newKeyPair } from '../key-files.ts';
import { registerSample, type SampleName, sampleOrg } from '../samples.ts';
import { startSchedules } from '../schedules.ts';
import { type StreamPump, startStreamPump } from '../stream-pump.ts';
import { dropTable } from '../table.ts';
import { letTimePass } from '../time-passes.ts';
import { startWorld, type World } from '../world.ts';

/** One who signs requests. */
export interface Actor {
  readonly client: Client;
  readonly key: SigningKey;
  readonly pem: string;
}

/** Where the story plays: a whole server in memory, real HTTP, real signatures. */
export interface Stage {
  readonly url: string;
  readonly runtime: Runtime;
  readonly root: PublicJwk;
  readonly operator: Actor;
  readonly hwf: Actor;
  readonly boost: Actor;
  readonly pump: StreamPump;
  /** how many signatures KMS has made so far */
  signatures(): number;
  /** moves the server's clock and those of the clients */
  wait(seconds: number): void;
  /** the same, as far as no key comes near its end: the sweep has nothing to catch up */
  skip(seconds: number): Promise<void>;
  /** the same, and what falls due on the way runs at its time @returns what happened */
  pass(seconds: number): Promise<string[]>;
  now(): number;
  /** verifies with nothing but the pinned Root @throws ChainError */
  verifyOffline<T extends LeafType>(token: string, type: T): Promise<Claims<T>>;
  close(): Promise<void>;
}

export async function setStage(): Promise<Stage> {
  let waited = 0;
  let signatures = 0;
  const now = () => Math.floor(Date.now() / 1000) + waited;
  const instrument: Runtime['instrument'] = stack => {
    const count = { step: 'initialize', name: 'count-signatures' } as const;
    stack.add(
      (next, { commandName }) =>
        async args => {
          if (commandName === 'SignCommand') signatures += 1;
          return await next(args);
        },
      count,
    );
  };
  const tableName = `license-server-demo-${process.pid}`;
  const world = await startWorld({ orgs: [sampleOrg], now, instrument, tableName });
  const gateway = await startGateway(0, id => world.handler(id));
  const pump = await startStreamPump({ runtime: world.runtime, tableName });
  const schedules = await startSchedules({ runtime: world.runtime });
  const wait = (seconds: number) => {
    waited += Math.max(0, seconds);
  };
  const clock = { now, moveTo: (at: number) => wait(at - now()) };
  const actors = await cast(world, gateway.url, now);
  return {
    url: gateway.url,
    runtime: world.runtime,
    root: world.root,
    ...actors,
    pump,
    signatures: () => signatures,
    wait,
    async skip(seconds) {
      wait(seconds);
      await workCursor(world.runtime, 'sweep-expiry').moveTo(now());
    },
    async pass(seconds) {
      const told: string[] = [];
      const surroundings = { clock, schedules, pump, notices: world.notices };
      await letTimePass(surroundings, seconds, { tell: line => told.push(line) });
      return told;
    },
    now,
    verifyOffline: async (token, type) =>
      await verifyChain(token, type, { roots: [world.root], at: now(), checkSignature }),
    async close() {
      await schedules.close();
      await pump.close();
      await gateway.close();
      await dropTable(tableName);
      await world.close();
    },
  };
}

const OperatorSecret = z.object({ keyid: z.string(), privateKey: z.string() });

async function cast({ runtime }: World, url: string, now: () => number) {
  const actor = async (keyid: string, pem: string): Promise<Actor> => {
    const key = await importSigningKey(keyid, pem);
    return { key, pem, client: createClient({ url, key, now }) };
  };
  const secret = OperatorSecret.parse(JSON.parse((await readSecret(runtime, `operator/${sampleOrg}`)) ?? ''));
  const operator = await actor(secret.keyid, secret.privateKey);
  const application = async (name: SampleName) => {
    const { pem, jwk } = newKeyPair();
    return await actor(await registerSample(operator.client, name, jwk), pem);
  };
  return { operator, hwf: await application('hwf'), boost: await application('boost') };
}
