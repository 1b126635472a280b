import { describe, expect, it } from '@jest/globals';
import { isRefresh, rotatedPlant } from './rotated-plant.ts';

describe('a rotation beside another, or beside the application', () => {
  const plant = rotatedPlant();

  it('two at once, the first of which was called off while it ran: one new key', async () => {
    let first = 0;
    plant.meddle('createSecret', async event => {
      if (first++ > 0) return await plant.account.rotation(event);
      await plant.clearPending();
      const second = plant.account.secrets.rotateSecret({ SecretId: plant.secretId });
      await Promise.allSettled([plant.account.rotation(event), second]);
    });
    await plant.rotate();
    await plant.rotate();
    const { gen } = (await plant.held())?.claims ?? {};
    expect([2, 3]).toContain(gen);
    await plant.endsWith(gen ?? 0);
  });

  it('two at once over one record, which have both seen AWSPENDING theirs: the same key', async () => {
    const fetched: string[] = [];
    plant.account.fetch = async (url, init) => {
      const answer = await plant.instance.fetch(url, init);
      if (isRefresh(url)) fetched.push((await answer.clone().json()).key);
      return answer;
    };
    plant.meddle('createSecret', async event => {
      await Promise.all([
        plant.account.rotation(event),
        plant.account.rotation(event),
        plant.account.keyring.refresh(plant.name),
      ]);
    });
    await plant.rotate();
    expect(new Set(fetched).size).toBe(1);
    await plant.endsWith(2);
  });

  it('the application has refreshed while the rotation was on its way: it goes on from there', async () => {
    let overtaken = false;
    plant.account.fetch = async (url, init) => {
      if (isRefresh(url) && !overtaken) {
        overtaken = true;
        await plant.account.keyring.refresh(plant.name);
        await plant.account.keyring.refresh(plant.name);
      }
      return await plant.instance.fetch(url, init);
    };
    await plant.rotate();
    expect((await plant.held())?.claims.gen).toBe(4);
    expect(plant.codes()[0]).toEqual(['createSecret', 'staged']);
  });

  it('another holder has refreshed: the error says so, the current key stays', async () => {
    await plant.account.refreshElsewhere(plant.first);
    await plant.rotate();
    expect(plant.codes()).toEqual([['createSecret', 'key-superseded']]);
    expect(plant.account.log.join()).toContain('replace it by reissue-key');
    expect((await plant.held())?.key).toBe(plant.first.key);
    expect(await plant.clones()).toHaveLength(1);
  });
});
