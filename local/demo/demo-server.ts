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

/** A caller with its signing key. */
export interface Actor {
  readonly client: Client;
  readonly key: SigningKey;
  readonly pem: string;
}

/** A complete server in memory, with a clock that the demo advances. */
export interface DemoServer {
  readonly url: string;
  readonly runtime: Runtime;
  /** Current Root; changes by a rotation. */
  readonly root: PublicJwk;
  readonly operator: Actor;
  readonly hwf: Actor;
  readonly boost: Actor;
  readonly pump: StreamPump;
  /** Returns the number of KMS signatures so far. */
  signatures(): number;
  /** Advances the clocks of server and clients; otherwise they stand still, so that no step depends on its speed. */
  wait(seconds: number): void;
  /** Advances the clock day by day; runs the schedules and delivers the stream. @param skipped schedules that would find nothing to do */
  advanceTo(at: Seconds, skipped?: readonly ScheduleId[]): Promise<void>;
  /** Returns the messages that a topic has delivered so far. */
  delivered(topic: 'alerts' | 'finance'): readonly Delivered[];
  now(): number;
  /** Start time of the clocks. */
  readonly started: Seconds;
  /** Deploys changed key rings, as `cdk deploy` does. */
  deploy(keyRings: KeyRings): Promise<void>;
  /** Verifies a token with the pinned Root, offline. @throws ChainError */
  verifyOffline<T extends LeafType>(token: string, type: T): Promise<Claims<T>>;
  close(): Promise<void>;
}

/** Starts the server. @param start initial time of all clocks */
export async function startDemoServer(start: Seconds): Promise<DemoServer> {
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
  const deployment = await startLocalDeployment({ orgs: [sampleOrg], now, instrument, tableName, quickSweeps: true });
  const gateway = await startGateway(0, id => deployment.handler(id));
  const pump = await startStreamPump({ runtime: deployment.runtime, tableName });
  const actors = await createActors(deployment, gateway.url, now);
  return {
    url: gateway.url,
    get runtime() {
      return deployment.runtime;
    },
    get root() {
      return deployment.root;
    },
    ...actors,
    pump,
    signatures: () => signatures,
    wait: seconds => {
      clock += seconds;
    },
    now,
    started: start,
    async advanceTo(at, skipped = []) {
      const due = scheduleIds.filter(id => !skipped.includes(id));
      while (clock < at) {
        clock = Math.min(clock + day, at);
        if (skipped.includes('sweep-expiry')) await sweepCursor(deployment.runtime).moveTo(hourOf(clock));
        for (const id of due) await runSchedule(id, deployment.runtime);
        await pump.drain();
        await deployment.notices.collect();
      }
    },
    delivered: topic => deployment.notices.delivered(topic),
    deploy: async keyRings => await deployment.deploy(keyRings),
    verifyOffline: async (token, type) =>
      await verifyChain(token, type, { roots: [deployment.root], at: now(), checkSignature }),
    async close() {
      await pump.close();
      await gateway.close();
      await dropTable(tableName);
      await deployment.close();
    },
  };
}

const OperatorSecret = z.object({ keyid: z.string(), privateKey: z.string() });

async function createActors({ runtime }: LocalDeployment, url: string, now: () => number) {
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
