import * as z from 'zod';
import type { Claims, LeafType, PublicJwk } from '../../domain/chain/levels.ts';
import { verifyChain } from '../../domain/chain/verify-chain.ts';
import { day, hourOf, type Seconds } from '../../domain/kernel/time.ts';
import type { KeyRings } from '../../domain/trust/key-ring.ts';
import { readSecret } from '../../lambdas/platform/aws/secrets.ts';
import { checkSignature } from '../../lambdas/platform/kernel/check-signature.ts';
import type { Runtime } from '../../lambdas/platform/kernel/runtime.ts';
import { sweepCursor } from '../../lambdas/platform/storage/sweep-progress.ts';
import { type Client, createClient } from '../../sdk/client.ts';
import { importSigningKey, type SigningKey } from '../../sdk/signing-key.ts';
import type { Delivered } from '../aws/notifications.ts';
import { startGateway } from '../gateway.ts';
import { newKeyPair } from '../key-files.ts';
import { type LocalDeployment, startLocalDeployment } from '../local-deployment.ts';
import { registerSample, type SampleName, sampleOrg } from '../samples.ts';
import { runSchedule, type ScheduleId, scheduleIds } from '../schedules.ts';
import { type StreamPump, startStreamPump } from '../stream-pump.ts';
import { dropTable } from '../table.ts';

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
  /** of now; it may rotate */
  readonly root: PublicJwk;
  readonly operator: Actor;
  readonly hwf: Actor;
  readonly boost: Actor;
  readonly pump: StreamPump;
  /** how many signatures KMS has made so far */
  signatures(): number;
  /** moves the server's clock and those of the clients; between two moves they stand still, so that no step depends on its speed */
  wait(seconds: number): void;
  /** Lets time pass until then: each day its schedules run and the stream is delivered. @param idle schedules that would find nothing to do */
  liveUntil(at: Seconds, idle?: readonly ScheduleId[]): Promise<void>;
  /** what the topics have delivered so far */
  delivered(topic: 'alerts' | 'finance'): readonly Delivered[];
  now(): number;
  /** what the clocks showed at first */
  readonly started: Seconds;
  /** what `cdk deploy` does when keys of Root or Org change */
  deploy(keyRings: KeyRings): Promise<void>;
  /** verifies with nothing but the pinned Root @throws ChainError */
  verifyOffline<T extends LeafType>(token: string, type: T): Promise<Claims<T>>;
  close(): Promise<void>;
}

/** @param start what all clocks show at first */
export async function setStage(start: Seconds): Promise<Stage> {
  let clock = start;
  let signatures = 0;
  const now = () => clock;
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
  const world = await startLocalDeployment({ orgs: [sampleOrg], now, instrument, tableName });
  const gateway = await startGateway(0, id => world.handler(id));
  const pump = await startStreamPump({ runtime: world.runtime, tableName });
  const actors = await cast(world, gateway.url, now);
  return {
    url: gateway.url,
    get runtime() {
      return world.runtime;
    },
    get root() {
      return world.root;
    },
    ...actors,
    pump,
    signatures: () => signatures,
    wait: seconds => {
      clock += seconds;
    },
    now,
    started: start,
    async liveUntil(at, idle = []) {
      const due = scheduleIds.filter(id => !idle.includes(id));
      while (clock < at) {
        clock = Math.min(clock + day, at);
        if (idle.includes('sweep-expiry')) await sweepCursor(world.runtime).moveTo(hourOf(clock));
        for (const id of due) await runSchedule(id, world.runtime);
        await pump.drain();
        await world.notices.collect();
      }
    },
    delivered: topic => world.notices.delivered(topic),
    deploy: async keyRings => await world.deploy(keyRings),
    verifyOffline: async (token, type) =>
      await verifyChain(token, type, { roots: [world.root], at: now(), checkSignature }),
    async close() {
      await pump.close();
      await gateway.close();
      await dropTable(tableName);
      await world.close();
    },
  };
}

const OperatorSecret = z.object({ keyid: z.string(), privateKey: z.string() });

async function cast({ runtime }: LocalDeployment, url: string, now: () => number) {
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
