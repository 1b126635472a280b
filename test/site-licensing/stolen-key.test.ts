import '../platform/request/silence-logs.ts';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ApplicationJwk } from '../../domain/identity/application.ts';
import { importSigningKey, type SigningKey } from '../../sdk/signing-key.ts';
import { createStage, type Stage } from '../platform/operations/operations-fixture.ts';
import { startInstance } from '../support/server/instance.ts';
import { newKeyPair, startServer } from '../support/server/server.ts';

describe('the rotation of a stolen key', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await createStage(await startServer());
  });
  afterAll(async () => await stage.server.close());

  async function rotate(applicationId: string, more: { overlapHours?: number } = {}): Promise<SigningKey> {
    const { pem, jwk } = newKeyPair();
    const rotation = { applicationId, publicKey: ApplicationJwk.parse(jwk), ...more };
    const { keys } = await stage.operator.client.call('rotate-application-key', rotation);
    return await importSigningKey(keys.at(-1)?.keyid ?? '', pem);
  }

  it('is possible while five keys sign, and ends them all at once', async () => {
    const { app, key } = await stage.actor(stage.newName());
    const old = [key];
    while (old.length < 5) old.push(await rotate(app));
    const here = (one: SigningKey) => stage.server.clientOf(one).call('get-own-application', {});
    for (const one of old) await expect(here(one)).resolves.toMatchObject({ application: app });
    await expect(rotate(app)).rejects.toMatchObject({ code: 'too-many-application-keys' });

    const fresh = await rotate(app, { overlapHours: 0 });

    const cold = await startInstance(stage.server);
    for (const one of old) {
      await expect(here(one)).rejects.toMatchObject({ code: 'signature-invalid' });
      await expect(cold.client(one).call('get-own-application', {})).rejects.toMatchObject({
        code: 'signature-invalid',
      });
    }
    const { keys } = await here(fresh);
    expect(keys.map(({ keyid }) => keyid)).toEqual([fresh.keyid]);
  });
});
