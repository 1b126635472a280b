import '../platform/request/silence-logs.ts';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type OperationId, operations } from '../../lambdas/operations.ts';
import { createStage, type Stage } from '../platform/operations/operations-fixture.ts';
import { send } from '../platform/request/wire.ts';
import { barCount } from '../support/bar-count.ts';
import { startServer } from '../support/server/server.ts';
import {
  changesNothing,
  expectNotBelieved,
  expectReplayed,
  isAnsweredOnce,
  type Recorded,
  recorded,
  respelledRequest,
  signedIds,
} from '../support/tamper/recorded-requests.ts';

const isRead = (id: OperationId) => operations[id].contract.effect === 'read' && !isAnsweredOnce(id);

describe.each(['ed25519', 'p256'] as const)('R16: a recorded request, signed with %s, sent again', kind => {
  let stage: Stage;
  const replayedIds = signedIds.filter((_, i) => kind === 'ed25519' || i % barCount(1, 3) === 0);
  const tape = new Map<string, Recorded>();
  beforeAll(async () => {
    stage = await createStage(await startServer(), kind);
    for (const id of signedIds) tape.set(id, await recorded(stage, id));
  });
  afterAll(async () => await stage.server.close());

  it.each(replayedIds)('changes nothing and gives no key: %s', async id => {
    const { server } = stage;
    const record = await recorded(stage, id);
    const then = server.clock.at;
    await changesNothing(async () => {
      for (const seconds of [0, 0, 1, 299, 300]) {
        server.clock.at = then + seconds;
        const again = await send(server, record.request);
        // A read has a time of its own.
        if (seconds > 0 && isRead(id)) expect(again.status).toBe(record.answer.status);
        else expectReplayed(again, record, server.clock.at);
      }
    });
    server.clock.at = then;
  });

  it.each(replayedIds)('is not believed late: %s', async id => {
    const { server } = stage;
    const { request } = await recorded(stage, id);
    const then = server.clock.at;
    await changesNothing(async () => {
      for (const seconds of [301, 360, 361, 3600, 86_401]) {
        server.clock.at = then + seconds;
        expectNotBelieved(await send(server, request), server.clock.at);
      }
      server.clock.at = then - 61;
      expectNotBelieved(await send(server, request), server.clock.at);
    });
    server.clock.at = then;
  });

  it.each(replayedIds)('is not believed at another host, by another method, on another path: %s', async id => {
    const { server } = stage;
    const { request } = await recorded(stage, id);
    const elsewhere = signedIds
      .filter(other => other !== id)
      .map(other => {
        const { method, path, query } = tape.get(other)?.request ?? request;
        return { ...request, method, path, query };
      })
      .filter(
        ({ method, path, query }) =>
          `${method} ${path} ${query}` !== `${request.method} ${request.path} ${request.query}`,
      );
    await changesNothing(async () => {
      for (const host of ['other.example', 'license.example:444', 'sub.license.example'])
        expectNotBelieved(await send(server, { ...request, host }), server.clock.at);
      for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'].filter(other => other !== request.method))
        expectNotBelieved(await send(server, { ...request, method }, id), server.clock.at);
      for (const bent of elsewhere) expectNotBelieved(await send(server, bent), server.clock.at);
    });
  });

  it('changes nothing and gives no key after later changes, whatever it was', async () => {
    const { server } = stage;
    const records: Recorded[] = [];
    for (const id of signedIds) records.push(await recorded(stage, id));
    for (const { id, answer } of records) await changeLater(id, answer.body);
    await changesNothing(async () => {
      for (const record of records) {
        const again = await send(server, record.request);
        if (isRead(record.id)) expect(again.status).toBe(record.answer.status);
        else expectReplayed(again, record, server.clock.at);
        if (!isRead(record.id)) expect(again.body).not.toHaveProperty('key');
      }
    });
  });

  /** Whatever a recorded request has made or changed is changed again. */
  async function changeLater(
    id: string,
    { siteId, enterpriseId, application, key }: Readonly<Record<string, unknown>>,
  ) {
    const { app, operator } = stage;
    if (id === 'delete-site' || id === 'check-validity') return;
    if (typeof siteId === 'string') {
      await operator.client.call('update-site', { siteId, state: 'proxy' });
      if (typeof key === 'string') await app.client.call('refresh-key', { siteId, key });
      else await app.client.call('delete-site', { siteId });
    } else if (typeof enterpriseId === 'string')
      await operator.client.call('update-enterprise', { enterpriseId, configurationUsersLimit: 77 });
    else if (typeof application === 'string' && application !== app.app)
      await operator.client.call('update-application', { applicationId: application, policy: { modes: ['dev'] } });
  }

  if (kind === 'p256')
    it.each(signedIds)('changes nothing and gives no key in the other spelling of its signature: %s', async id => {
      const record = await recorded(stage, id);
      const respelled = respelledRequest(record.request);
      expect(respelled).not.toEqual(record.request);
      await changesNothing(async () => {
        expectReplayed(await send(stage.server, respelled), record, stage.server.clock.at);
      });
    });
});
