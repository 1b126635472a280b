import { ApplicationJwk } from '../../../domain/identity/application.ts';
import type { Policy, Role } from '../../../domain/identity/policy.ts';
import { isoTime } from '../../../domain/kernel/time.ts';
import type { Client } from '../../../sdk/client.ts';
import type { SigningKey } from '../../../sdk/signing-key.ts';
import { type KeyKind, newKeyPair, type TestServer } from '../../support/server/server.ts';

/** Who calls: a registered application with its key. */
export interface Actor {
  readonly app: string;
  readonly key: SigningKey;
  readonly client: Client;
}

/** A running server with an application and an operator, and makers of what their calls need. */
export interface Stage {
  readonly server: TestServer;
  readonly app: Actor;
  readonly operator: Actor;
  readonly finance: Actor;
  newName(): string;
  newPublicKey(): ApplicationJwk;
  enterprise(): Promise<{ enterpriseId: string; key: string }>;
  /** in one enterprise of the application, unless another is named */
  site(more?: { enterpriseId?: string; siteRef?: string; mode?: 'dev' | 'production' }): Promise<{
    siteId: string;
    enterpriseId: string;
    siteRef: string;
    key: string;
  }>;
  /** an open alert about a site of its own; @returns its id */
  alert(): Promise<string>;
  actor(name: string, policy?: Partial<Policy>, role?: Role): Promise<Actor>;
}

const freely: Partial<Policy> = { modes: ['dev', 'production'], createEnterprises: 1000 };

export async function createStage(server: TestServer, kind: KeyKind = 'ed25519'): Promise<Stage> {
  let names = 0;
  const newName = () => `n${++names}-${kind}`;
  const newPublicKey = () => ApplicationJwk.parse(newKeyPair(kind).jwk);
  const actor: Stage['actor'] = async (name, policy = {}, role = 'application') => {
    const given = { modes: ['dev', 'production'], ...policy };
    const { client, key } = await server.register(name, given, { role, kind });
    return { app: name, key, client };
  };
  const app = await actor(`app-${kind}`, freely);
  const operator = await actor(`operator-${kind}`, {}, 'operator');
  const finance = await actor(`finance-${kind}`, {}, 'finance');
  const enterprise = async () => await app.client.call('create-enterprise', {});
  const { enterpriseId: home } = await enterprise();
  const site: Stage['site'] = async ({ enterpriseId = home, siteRef = newName(), mode = 'production' } = {}) => {
    const { siteId, key } = await app.client.call('create-site', { enterpriseId, siteRef, state: 'active', mode });
    return { siteId, enterpriseId, siteRef, key };
  };
  return {
    server,
    app,
    operator,
    finance,
    newName,
    newPublicKey,
    actor,
    enterprise,
    site,
    async alert() {
      const { siteId } = await site();
      const seenAt = isoTime(server.clock.at - 60);
      return (await app.client.call('send-alert', { siteId, reason: 'dormant', seenAt })).alertId ?? '';
    },
  };
}
