import { describe, expect, it } from '@jest/globals';
import { away, dies, isRefresh, rotatedPlant, steps } from './rotated-plant.ts';

describe('a rotation whose steps are repeated, die or get no answer', () => {
  const plant = rotatedPlant();

  describe.each([1, 2, 3])('each step %d times', times => {
    it.each(steps)('%s: one new key', async repeated => {
      plant.meddle(repeated, async event => {
        for (let i = 0; i < times; i++) await plant.account.rotation(event);
      });
      await plant.rotate();
      await plant.endsWith(2);
    });

    it.each(steps)('%s at once: one new key', async repeated => {
      plant.meddle(repeated, async event => {
        await Promise.all(Array.from({ length: times }, async () => await plant.account.rotation(event)));
      });
      await plant.rotate();
      await plant.settled();
      await plant.endsWith(2);
    });
  });

  it.each(steps)('begun again after it died before %s, or after: one new key', async step => {
    plant.meddle(step, dies);
    await plant.rotate();
    plant.meddle(step, async event => {
      await plant.account.rotation(event);
      await dies();
    });
    expect(await plant.rotate()).toBe(false);
    plant.account.invoke = plant.account.rotation;
    await plant.rotate();
    expect((await plant.held())?.claims.gen).toBeGreaterThanOrEqual(2);
    await plant.endsWith((await plant.held())?.claims.gen ?? 0);
  });

  it('a finish that broke off before its last request is ended by the next', async () => {
    plant.meddle('finishSecret', async event => {
      const RemoveFromVersionId = Object.entries(await plant.account.stages(plant.name)).find(([, stages]) =>
        stages.includes('AWSCURRENT'),
      )?.[0];
      const { SecretId, ClientRequestToken: MoveToVersionId } = event;
      const move = { SecretId, VersionStage: 'AWSCURRENT', MoveToVersionId, RemoveFromVersionId };
      await plant.account.secrets.updateSecretVersionStage(move);
      await plant.account.rotation(event);
    });
    await plant.rotate();
    await plant.endsWith(2);
  });

  it.each([1, 3])('a server whose answer is lost %d times gives the same key', async times => {
    let left = times;
    plant.account.fetch = async (url, init) => {
      const answer = await plant.instance.fetch(url, init);
      return isRefresh(url) && left-- > 0 ? await away(url) : answer;
    };
    await plant.rotate();
    if (times > 1) await plant.rotate();
    await plant.endsWith(2);
  });

  /** How often a rotation makes each request. */
  const requests = { describeSecret: 4, getSecretValue: 10, putSecretValue: 2, updateSecretVersionStage: 3 };

  it.each(Object.keys(requests))('answers to %s that are lost: the AWS SDK asks again, one new key', async method => {
    plant.account.through = async (asked, send) => {
      if (asked === method) await send();
      return await send();
    };
    await plant.rotate();
    expect(plant.codes().at(-1)).toEqual(['finishSecret', 'current']);
    await plant.endsWith(2);
  });

  const each = Object.entries(requests).flatMap(([method, times]) =>
    Array.from({ length: times }, (_, i) => [method, i + 1] as const),
  );
  it.each(each)('an answer to %s that stays lost, number %d: the next rotation ends it', async (method, nth) => {
    let left = nth;
    plant.account.through = async (asked, send) => {
      const answer = await send();
      if (asked === method && --left === 0) throw Object.assign(new Error('reset'), { code: 'ECONNRESET' });
      return answer;
    };
    await plant.rotate();
    expect(plant.codes().at(-1)?.[1]).toBe('secrets-manager-unreachable');
    plant.account.through = undefined;
    await plant.rotate();
    await plant.endsWith((await plant.site()).generation);
  });

  it('a server that is away: the rotation fails, the current key stays, and the next one ends it', async () => {
    plant.account.fetch = away;
    await plant.rotate();
    expect(plant.codes()).toEqual([['createSecret', 'TypeError']]);
    expect((await plant.held())?.key).toBe(plant.first.key);
    expect(await plant.isValid(plant.first.key)).toBe(true);
    plant.account.fetch = plant.instance.fetch;
    await plant.rotate();
    await plant.endsWith(2);
  });

  it('a server that goes away after the refresh: the new key counts, since the old one is dead', async () => {
    plant.account.fetch = async (url, init) => await (isRefresh(url) ? plant.instance.fetch : away)(url, init);
    await plant.rotate();
    expect(plant.codes().slice(-2)).toEqual([
      ['testSecret', 'server-unavailable'],
      ['finishSecret', 'current'],
    ]);
    await plant.endsWith(2);
  });

  it('told no key, no Idempotency-Key and no private key in all that', async () => await plant.expectNothingTold());
});
