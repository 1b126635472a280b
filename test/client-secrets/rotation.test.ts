import { describe, expect, it } from '@jest/globals';
import { letPass } from '../support/clients/enforcer.ts';
import { rotatedPlant } from './rotated-plant.ts';

const day = 86_400;

describe('the rotation of a license key in Secrets Manager', () => {
  const plant = rotatedPlant();

  it('gives the site a new key, and the old one is dead', async () => {
    expect(await plant.rotate()).toBe(true);
    await plant.endsWith(2);
    expect(await plant.isValid(plant.first.key)).toBe(false);
    expect(plant.codes()).toEqual([
      ['createSecret', 'staged'],
      ['setSecret', 'nothing-to-do'],
      ['testSecret', 'valid'],
      ['finishSecret', 'current'],
    ]);
    expect(await plant.record()).toEqual({ key: (await plant.held())?.key, nextIdempotencyKey: expect.any(String) });
  });

  it('goes on for months, on the schedule that the store has attached, beside a keyring that looks too', async () => {
    for (let generation = 2; generation < 6; generation++) {
      await letPass(plant.server, 10 * day);
      await plant.account.keyring.refreshDue();
      await plant.settled();
      await plant.account.keyring.refreshDue();
      await plant.endsWith(generation);
    }
  });

  it('tests profile and key when it is attached, and rotates nothing', async () => {
    const { secrets } = plant.account;
    const SecretId = plant.secretId;
    const RotationRules = { ScheduleExpression: 'rate(5 days)' };
    await secrets.rotateSecret({ SecretId, RotateImmediately: false, RotationRules });
    await plant.settled();
    expect(plant.codes()).toEqual([['testSecret', 'valid']]);
    await plant.endsWith(1);
  });

  it('a key of an enterprise is rotated like one of a site', async () => {
    const enterprise = `customer-${crypto.randomUUID()}`;
    const { claims } = await plant.account.keyring.obtain(enterprise, 'create-enterprise', {});
    await plant.settled();
    await plant.account.rotate(enterprise);
    expect((await plant.account.keyring.current(enterprise))?.claims).toMatchObject({ sub: claims.sub, gen: 2 });
    expect(plant.codes().at(-1)).toEqual(['finishSecret', 'current']);
  });

  it('a concurrent reader gets a genuine key each time, at last the new one', async () => {
    const seen: (number | undefined)[] = [];
    let isOver = false;
    const reader = (async () => {
      while (!isOver) seen.push((await plant.held())?.claims.gen);
    })();
    await plant.rotate();
    isOver = true;
    await reader;
    seen.push((await plant.held())?.claims.gen);
    expect([new Set(seen), seen.at(-1), seen.toSorted()]).toEqual([new Set([1, 2]), 2, seen]);
  });

  it('a record without a key, of a site that was forgotten, passes through as it is', async () => {
    await plant.account.keyring.forget(plant.name);
    expect(await plant.rotate()).toBe(true);
    expect(await plant.record()).toEqual({});
    expect([await plant.pendingId(), plant.codes().map(([, code]) => code)]).toEqual([
      undefined,
      ['nothing-to-do', 'nothing-to-do', 'nothing-to-do', 'current'],
    ]);
  });

  it('a promotion that was under way is finished as it was begun', async () => {
    const SecretString = JSON.stringify({
      key: plant.first.key,
      nextIdempotencyKey: crypto.randomUUID(),
      refreshing: { mode: 'production' },
    });
    await plant.account.secrets.putSecretValue({ SecretId: plant.secretId, SecretString });
    await plant.rotate();
    await plant.endsWith(2);
    expect((await plant.held())?.claims).toMatchObject({ mode: 'production' });
  });

  it('function and application call what they are granted, and all of it', async () => {
    const { keyring, called } = plant.account;
    await plant.rotate();
    await keyring.refresh(plant.name);
    await keyring.refreshDue();
    const ofBoth = ['describeSecret', 'getSecretValue', 'putSecretValue', 'updateSecretVersionStage'];
    expect([...called.rotation].sort()).toEqual(ofBoth);
    expect([...called.application].sort()).toEqual([...ofBoth, 'createSecret', 'listSecrets', 'rotateSecret'].sort());
  });

  it('told no key, no Idempotency-Key and no private key in all that', async () => await plant.expectNothingTold());
});
