import { describe, expect, it } from '@jest/globals';
import { functionArn, profile, spoilProfile } from '../support/clients/rotating-site.ts';
import { rotatedPlant } from './rotated-plant.ts';

describe('what a rotation logs', () => {
  const plant = rotatedPlant();

  it.each([
    ['with another private key', undefined, 'signature-invalid'],
    ['that is no JSON', '-----BEGIN xanary', 'profile-unreadable'],
    ['without a private key', '{"url":"https://xanary.example","keyid":"hub.trial.x"}', 'profile-unreadable'],
    ['whose way is open to all', 'http://xanary.example', 'profile-unreadable'],
  ])('a profile %s is told, and nothing of it', async (_, text, code) => {
    const restore = await spoilProfile(plant.account, text);
    await plant.rotate();
    expect(plant.codes()).toEqual([['createSecret', code]]);
    expect(plant.account.log.join()).not.toContain('xanary');
    await restore();
    await plant.rotate();
    await plant.endsWith(2);
  });

  it.each([
    ['cut off', (key: string) => `{"key": "${key}", xanary`],
    ['replaced', () => 'xanary'],
  ])('a secret that was %s is told, and nothing of it', async (_, edited) => {
    const SecretId = plant.secretId;
    await plant.account.secrets.putSecretValue({ SecretId, SecretString: edited(plant.first.key) });
    await plant.rotate();
    expect(plant.codes()).toEqual([['createSecret', 'record-unreadable']]);
    expect(plant.account.log.join()).not.toMatch(/xanary|eyJ/);
  });

  it.each([
    ['the login of a database', { SecretString: '{"username":"xanary","password":"xanary"}' }],
    ['a list', { SecretString: '["xanary"]' }],
    ['a key with more beside it', { SecretString: '{"key":"xanary","password":"xanary"}' }],
    ['bytes', { SecretBinary: Buffer.from('xanary') }],
  ])('a secret under the prefix that holds %s stays as it is, and nothing of it is told', async (_, value) => {
    const { secrets, idOf } = plant.account;
    const foreign = `foreign-${crypto.randomUUID()}`;
    await secrets.createSecret({ Name: idOf(foreign), ...value });
    await secrets.rotateSecret({ SecretId: idOf(foreign), RotationLambdaARN: functionArn });
    await plant.settled();
    expect(plant.codes()).toEqual([['createSecret', 'record-unreadable']]);
    expect(await secrets.getSecretValue({ SecretId: idOf(foreign) })).toMatchObject(
      'SecretString' in value ? value : { Name: idOf(foreign) },
    );
    expect(plant.account.log.join()).not.toContain('xanary');
  });

  it('the profile itself is not changed when the rotation is attached to it', async () => {
    const { secrets } = plant.account;
    const { SecretString } = await secrets.getSecretValue({ SecretId: profile });
    await secrets.rotateSecret({ SecretId: profile, RotationLambdaARN: functionArn });
    await plant.settled();
    expect(plant.codes()).toEqual([['createSecret', 'record-unreadable']]);
    expect((await secrets.getSecretValue({ SecretId: profile })).SecretString).toBe(SecretString);
    await secrets.cancelRotateSecret({ SecretId: profile });
  });

  it('what stands between and gives back what it was sent, as a refusal, is told by its status alone', async () => {
    plant.account.fetch = async (_, init) => {
      const { key } = JSON.parse(String(init?.body));
      const sent = JSON.stringify([key, [...new Headers(init?.headers)]]);
      return Response.json({ code: key, title: sent, detail: sent }, { status: 403 });
    };
    await plant.rotate();
    expect(plant.codes()).toEqual([['createSecret', 'unknown']]);
    expect(plant.account.log.join()).toContain('403');
    expect((await plant.account.everySecret()).filter(secret => plant.account.log.join().includes(secret))).toEqual([]);
    plant.account.fetch = plant.instance.fetch;
    await plant.rotate();
    await plant.endsWith(2);
  });

  it('no key, no Idempotency-Key and no private key ever reached the log', async () => {
    await plant.rotate();
    await plant.account.refreshElsewhere((await plant.held()) ?? plant.first);
    await plant.rotate();
    await plant.expectNothingTold();
  });
});
