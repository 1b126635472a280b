import '../request/silence-logs.ts';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startServer } from '../../support/server/server.ts';
import { expectBadInput } from '../request/expect-refusal.ts';
import { ask, partsOf } from '../request/signed-call.ts';
import { createStage, type Stage } from './operations-fixture.ts';

describe('self is a place in the API', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await createStage(await startServer());
  });
  afterAll(async () => await stage.server.close());

  it('so no application is registered under that name', async () => {
    const parts = await partsOf(stage, 'register-application');
    const answer = await ask(stage, parts, { body: JSON.stringify({ ...parts.body, application: 'self' }) });
    expectBadInput(answer, '#/body/application');
    for (const application of ['selfish', 'my-self']) {
      const good = await ask(stage, await partsOf(stage, 'register-application'), {
        body: JSON.stringify({ ...(await partsOf(stage, 'register-application')).body, application }),
      });
      expect(good).toMatchObject({ status: 201, body: { application } });
    }
  });

  it.each(['PATCH', 'PUT', 'DELETE'])('and %s of it is found nowhere, as API Gateway would say', async method => {
    const url = `${stage.server.url}/v1/applications/self`;
    const response = await fetch(url, { method, body: '{"status":"suspended"}' });
    expect(response.status).toBe(404);
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    expect(await response.json()).toMatchObject({ code: 'not-found' });
  });

  it('nor is it believed to sign requests: 401, not a fault of ours', async () => {
    const key = { ...stage.server.keys.hwf, keyid: `hub.self.${'a'.repeat(22)}` };
    await expect(stage.server.clientOf(key).call('get-own-application', {})).rejects.toMatchObject({
      status: 401,
      code: 'signature-invalid',
    });
  });

  it('which may be read', async () => {
    await expect(stage.app.client.call('get-own-application', {})).resolves.toMatchObject({
      application: stage.app.app,
    });
    expect((await fetch(`${stage.server.url}/v1/applications/${stage.app.app}`, { method: 'PATCH' })).status).toBe(401);
  });
});
