import '../platform/request/silence-logs.ts';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Actor, createStage, type Stage } from '../platform/operations/operations-fixture.ts';
import { base, signed } from '../platform/request/signed.ts';
import { send, type WireAnswer } from '../platform/request/wire.ts';
import { startServer } from '../support/server/server.ts';
import { changesNothing, expectNotBelieved } from '../support/tamper/recorded-requests.ts';
import { accepted, groundOf, refused } from '../support/tamper/signature-profile.ts';

describe('R16: the profile of signatures', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await createStage(await startServer());
  });
  afterAll(async () => await stage.server.close());

  it.each(Object.entries(refused))('refuses like any other, and changes nothing: %s', async (_name, bend) => {
    const request = await bend(await groundOf(stage));
    await changesNothing(async () =>
      expectNotBelieved(await send(stage.server, request, 'update-site'), stage.server.clock.at),
    );
  });

  it.each(Object.entries(accepted))('accepts: %s', async (_name, make) => {
    const answer = await send(stage.server, await make(await groundOf(stage)));
    expect(answer).toMatchObject({ status: 200, body: { state: 'commissioning' } });
  });

  it('refuses an algorithm that is not the key’s, whichever of the two it is', async () => {
    const p256 = await createStage(stage.server, 'p256');
    const ground = await groundOf(p256);
    const request = await ground.sign({ parameters: { alg: 'ed25519' } });
    await changesNothing(async () => expectNotBelieved(await send(stage.server, request), stage.server.clock.at));
  });

  it('refuses a query name that stands twice, before it looks at the signature', async () => {
    const { siteId, enterpriseId } = await stage.site();
    const path = `/v1/enterprises/${enterpriseId}/sites`;
    const get = async (query: string) =>
      await send(
        stage.server,
        await signed({ method: 'GET', path, query }, { key: stage.app.key, at: stage.server.clock.at }),
      );
    for (const query of ['limit=1&limit=2', `after=${siteId}&after=${siteId}`, 'limit=1&limit=1'])
      expect(await get(query)).toMatchObject({ status: 400, body: { code: 'invalid-request' } });
    for (const query of ['limit=1%30', '%6Cimit=10']) expectNotBelieved(await get(query), stage.server.clock.at);
  });

  describe('and its keys', () => {
    const call = async ({ key }: Actor, at = stage.server.clock.at): Promise<WireAnswer> =>
      await send(
        stage.server,
        await signed({ method: 'GET', path: '/v1/applications/self' }, { key, at, components: base }),
      );

    it('answers the suspension to the suspended application alone', async () => {
      const actor = await stage.actor(stage.newName());
      await stage.operator.client.call('update-application', { applicationId: actor.app, status: 'suspended' });
      const thief = { ...actor, key: { ...stage.app.key, keyid: actor.key.keyid } };
      expect(await call(actor)).toMatchObject({ status: 403, body: { code: 'application-suspended' } });
      expectNotBelieved(await call(thief), stage.server.clock.at);
    });

    it('believes a key that was rotated out until its overlap ends, and not a second longer', async () => {
      const actor = await stage.actor(stage.newName());
      const publicKey = stage.newPublicKey();
      const { at } = stage.server.clock;
      await stage.operator.client.call('rotate-application-key', {
        applicationId: actor.app,
        publicKey,
        overlapHours: 1,
      });
      stage.server.clock.at = at + 3599;
      expect(await call(actor)).toMatchObject({ status: 200 });
      stage.server.clock.at = at + 3600;
      expectNotBelieved(await call(actor), stage.server.clock.at);
      stage.server.clock.at = at;
    });

    it('ends a stolen key at once', async () => {
      const actor = await stage.actor(stage.newName());
      const stolen = await signed(
        { method: 'GET', path: '/v1/applications/self', headers: { 'idempotency-key': randomUUID() } },
        { key: actor.key, at: stage.server.clock.at },
      );
      expect((await send(stage.server, stolen)).status).toBe(200);
      const publicKey = stage.newPublicKey();
      await stage.operator.client.call('rotate-application-key', {
        applicationId: actor.app,
        publicKey,
        overlapHours: 0,
      });
      expectNotBelieved(await send(stage.server, stolen), stage.server.clock.at);
      expectNotBelieved(await call(actor), stage.server.clock.at);
    });
  });
});
