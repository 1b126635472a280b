import { describe, expect, it } from '@jest/globals';
import type { Event } from '../support/clients/rotating-site.ts';
import { dies, rotatedPlant, steps } from './rotated-plant.ts';

describe('what a rotation has left behind, or a person has moved', () => {
  const plant = rotatedPlant();

  it('a cleared AWSPENDING: the next rotation repeats the same refresh and gets the same key, no clone', async () => {
    plant.meddle('setSecret', dies);
    await plant.rotate();
    const { key } = await plant.record('AWSPENDING');
    await plant.clearPending();
    plant.account.invoke = plant.account.rotation;
    expect(await plant.rotate()).toBe(true);
    expect((await plant.held())?.key).toBe(key);
    await plant.endsWith(2);
  });

  it('a rotation that broke off: the application repeats the same refresh by itself, and what is left over does no harm', async () => {
    plant.meddle('testSecret', dies);
    await plant.rotate();
    const { key } = await plant.record('AWSPENDING');
    await plant.account.keyring.refreshDue();
    expect((await plant.held())?.key).toBe(key);
    await plant.account.keyring.refresh(plant.name);
    plant.account.invoke = plant.account.rotation;
    expect(await plant.rotate()).toBe(false);
    await plant.endsWith(3);
    expect(plant.codes().slice(-2)).toEqual([
      ['testSecret', 'superseded'],
      ['finishSecret', 'superseded'],
    ]);
    expect(await plant.rotate()).toBe(true);
    await plant.endsWith(4);
  });

  it('a rotation that was cancelled half way does not keep the application from writing, and is attached again', async () => {
    plant.meddle('setSecret', dies);
    await plant.rotate();
    await plant.account.secrets.cancelRotateSecret({ SecretId: plant.secretId });
    plant.account.invoke = plant.account.rotation;
    expect((await plant.account.keyring.refresh(plant.name)).claims.gen).toBe(2);
    await plant.settled();
    expect((await plant.account.keyring.refresh(plant.name)).claims.gen).toBe(3);
    await plant.settled();
    expect(await plant.rotate()).toBe(true);
    await plant.endsWith(4);
  });

  it('what is left over never comes back over a refresh that has begun', async () => {
    plant.meddle('finishSecret', dies);
    await plant.rotate();
    await plant.account.keyring.refreshDue();
    const begun = { ...(await plant.record()), nextIdempotencyKey: crypto.randomUUID(), refreshing: {} };
    const SecretString = JSON.stringify(begun);
    await plant.account.secrets.putSecretValue({ SecretId: plant.secretId, SecretString });
    plant.account.invoke = plant.account.rotation;
    await plant.rotate();
    expect(await plant.record()).toEqual(begun);
    await plant.account.keyring.refreshDue();
    await plant.endsWith(3);
  });

  it('AWSCURRENT that a person has moved back: the same refresh is repeated, the same key comes', async () => {
    await plant.rotate();
    const { key } = await plant.record();
    await moveBack('AWSCURRENT');
    expect((await plant.held())?.key).toBe(plant.first.key);
    await plant.rotate();
    expect((await plant.held())?.key).toBe(key);
    await plant.endsWith(2);
  });

  it('AWSPENDING that a person has put on the version before: the dead key never counts again', async () => {
    await plant.rotate();
    await moveBack('AWSPENDING');
    expect(await plant.rotate()).toBe(false);
    expect(plant.codes().slice(-4)).toEqual([
      ['createSecret', 'already-staged'],
      ['setSecret', 'nothing-to-do'],
      ['testSecret', 'superseded'],
      ['finishSecret', 'superseded'],
    ]);
    await plant.endsWith(2);
  });

  /** A label goes to what was current before. */
  async function moveBack(VersionStage: string): Promise<void> {
    const labels = Object.entries(await plant.account.stages(plant.name));
    const holderOf = (label: string) => labels.find(([, stages]) => stages.includes(label))?.[0];
    const [MoveToVersionId, RemoveFromVersionId] = [holderOf('AWSPREVIOUS'), holderOf(VersionStage)];
    const SecretId = plant.secretId;
    await plant.account.secrets.updateSecretVersionStage({
      SecretId,
      VersionStage,
      MoveToVersionId,
      RemoveFromVersionId,
    });
  }

  it.each(steps)('%s of a rotation that was called off is refused', async Step => {
    plant.meddle('createSecret', async event => {
      await plant.account.rotation(event);
      await plant.clearPending();
      await plant.account.rotation({ ...event, Step });
    });
    await plant.rotate();
    expect(plant.codes().at(-1)).toEqual([Step, 'no-rotation']);
    plant.account.invoke = plant.account.rotation;
    await plant.rotate();
    await plant.endsWith(2);
  });

  it.each(steps)('refuses %s of a rotation that is over, and whose key was replaced since', async Step => {
    let late: Event | undefined;
    plant.meddle('setSecret', async event => {
      late ??= event;
      await plant.account.rotation(event);
    });
    await plant.rotate();
    await plant.rotate();
    // The key before the current one is what persisting has copied: the label is put where the old rotation's version is.
    const MoveToVersionId = late?.ClientRequestToken;
    const move = { SecretId: plant.secretId, VersionStage: 'KEPT_BY_HAND', MoveToVersionId };
    await plant.account.secrets.updateSecretVersionStage(move);
    await expect(plant.account.rotation({ ...late, Step })).rejects.toThrow('The rotation was cancelled');
    await plant.endsWith(3);
  });

  it('told no key, no Idempotency-Key and no private key in all that', async () => await plant.expectNothingTold());
});
