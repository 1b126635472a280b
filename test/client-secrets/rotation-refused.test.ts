import { describe, expect, it } from '@jest/globals';
import { functionArn } from '../support/clients/rotating-site.ts';
import { dies, forged, isRefresh, rotatedPlant, steps } from './rotated-plant.ts';

describe('what a rotation refuses from every caller', () => {
  const plant = rotatedPlant();

  it('a server that says no to the new key stops the rotation, and its next try ends it', async () => {
    plant.meddle('testSecret', async event => {
      await setStatus('suspended');
      await plant.account.rotation(event);
    });
    await plant.rotate();
    expect(plant.codes().at(-1)).toEqual(['testSecret', 'suspended']);
    await setStatus('live');
    plant.account.invoke = plant.account.rotation;
    await plant.rotate();
    await plant.endsWith(2);
  });

  const setStatus = async (status: 'live' | 'suspended') =>
    await plant.server.operator.call('update-site', { siteId: (await plant.site()).siteId, status });

  /** A second one, which is newer than what the plant has. */
  async function keyOfAnother(): Promise<string> {
    const { name } = await plant.another();
    const { key } = await plant.account.keyring.refresh(name);
    await plant.settled();
    plant.account.log.length = 0;
    return key;
  }

  it.each([
    ['no key', async () => 'x', 'broken-chain'],
    ['a key with a wrong signature', async () => forged(plant.first.key), 'bad-signature'],
    ['the same key again', async () => plant.first.key, 'not-newer'],
    ['a key of another site', async () => await keyOfAnother(), 'other-holder'],
  ])('a server that answers %s: nothing is staged', async (_, answered, code) => {
    const key = await answered();
    plant.account.fetch = async (url, init) =>
      isRefresh(url) ? Response.json({ key }) : await plant.instance.fetch(url, init);
    await plant.rotate();
    expect(plant.codes()).toEqual([['createSecret', code]]);
    await expect(plant.record('AWSPENDING')).rejects.toThrow();
    plant.account.fetch = plant.instance.fetch;
    await plant.rotate();
    await plant.endsWith(2);
  });

  it.each([
    ['a wrong signature', (own: unknown) => forged(own), 'bad-signature'],
    ['the key of another site', (_: unknown, others: string) => others, 'other-holder'],
  ])('a staged value with %s passes neither testSecret nor finishSecret', async (_, staged, code) => {
    const others = await keyOfAnother();
    for (const step of ['testSecret', 'finishSecret']) {
      plant.meddle('setSecret', async event => {
        const { key } = await plant.record('AWSPENDING');
        const SecretString = JSON.stringify({ key: staged(key, others) });
        const getSecretValue = plant.account.secrets.getSecretValue.bind(plant.account.secrets);
        plant.account.staged = async input => {
          const value = await getSecretValue(input);
          return input.SecretId === event.SecretId && input.VersionStage ? { ...value, SecretString } : value;
        };
        await plant.account.rotation({ ...event, Step: step });
      });
      await plant.rotate();
      expect(plant.codes().at(-1)).toEqual([step, code]);
      plant.account.staged = undefined;
    }
    expect((await plant.held())?.key).toBe(plant.first.key);
  });

  it.each(steps)('%s with the token of another secret is refused', async Step => {
    plant.meddle('setSecret', dies);
    await plant.rotate();
    const ClientRequestToken = await plant.pendingId();
    const other = await plant.another();
    const late = plant.account.rotation({ Step, SecretId: plant.account.idOf(other.name), ClientRequestToken });
    await expect(late).rejects.toThrow('no-rotation');
    await plant.endsWith(1, other);
    plant.account.invoke = plant.account.rotation;
    await plant.rotate();
    await plant.endsWith(2);
  });

  it.each(steps)('%s of a secret that another function rotates is refused', async Step => {
    const { secrets } = plant.account;
    const SecretId = plant.secretId;
    plant.server.world.aws.setFunction('license-keys-of-others', async () => {
      throw new Error('never ends');
    });
    await secrets.rotateSecret({ SecretId, RotationLambdaARN: `${functionArn}-of-others` });
    await plant.settled();
    const event = { Step, SecretId, ClientRequestToken: await plant.pendingId() };
    await expect(plant.account.rotation(event)).rejects.toThrow('not-responsible');
    expect((await plant.held())?.key).toBe(plant.first.key);
    expect(await plant.site()).toMatchObject({ generation: 1 });
  });

  it('refuses an event that Secrets Manager has not sent', async () => {
    const event = { SecretId: plant.secretId, ClientRequestToken: crypto.randomUUID() };
    for (const Step of steps) await expect(plant.account.rotation({ ...event, Step })).rejects.toThrow('no-rotation');
    await expect(plant.account.rotation({ ...event, Step: 'deleteSecret' })).rejects.toThrow();
    await plant.endsWith(1);
  });

  it('told no key, no Idempotency-Key and no private key in all that', async () => await plant.expectNothingTold());
});
