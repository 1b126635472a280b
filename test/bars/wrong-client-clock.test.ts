import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Client, createClient } from '../../sdk/client.ts';
import type { SigningKey } from '../../sdk/signing-key.ts';
import { verifySiteKey } from '../../sdk/verify.ts';
import { captureOutput } from '../support/output.ts';
import { seeded } from '../support/seeded.ts';
import { type Instance, startInstance } from '../support/server/instance.ts';
import { startServer, type TestServer } from '../support/server/server.ts';

const seed = 20261114;
const clients = 200;
const day = 86_400;
/** Offsets at the limits, which random choices seldom meet: barely refused, and barely accepted. */
const edges = [-day, -600, -400, -311, -301, -10, 0, 10, 61, 71, 100, 400, day];
/** A signature may be 300 s old and 60 s ahead; what lies near that is the server's to say. */
const isSurelyRefused = (offset: number) => offset < -310 || offset > 70;

describe(`clients whose clock is up to a day off (bar R14, seed ${seed}, ${clients} clients)`, () => {
  const output = captureOutput();
  let server: TestServer;
  let instance: Instance;
  let enterpriseId: string;

  beforeAll(async () => {
    server = await startServer();
    server.meter.records = false;
    instance = await startInstance(server);
    ({ enterpriseId } = await instance.client(server.keys.hwf).call('create-enterprise', {}));
  });
  afterAll(async () => {
    await server.close();
    output.restore();
  });

  /** @param clock of the client, beside the server's: it may be moved */
  function clientWith(
    clock: { offset: number },
    key: SigningKey = server.keys.hwf,
  ): { client: Client; sent(): number } {
    let requests = 0;
    const counted: typeof fetch = async (url, init) => {
      requests++;
      return await instance.fetch(url, init);
    };
    const now = () => server.clock.at + clock.offset;
    const client = createClient({ url: server.url, key, now, attempts: 1, fetch: counted });
    return {
      client,
      sent: () => {
        const sent = requests;
        requests = 0;
        return sent;
      },
    };
  }

  it('are corrected from the answer in one more attempt, and need none from then on', async () => {
    const random = seeded(seed);
    for (let number = 0; number < clients; number++) {
      const offset = edges[number] ?? random.below(2 * day + 1) - day;
      const { client, sent } = clientWith({ offset });
      const created = await client.call('create-site', { enterpriseId, siteRef: `R14-${number}`, state: 'active' });
      if (isSurelyRefused(offset)) expect(sent()).toBe(2);
      else expect(sent()).toBeLessThanOrEqual(2);
      await client.call('refresh-key', { siteId: created.siteId, key: created.key });
      expect(sent()).toBe(1);
      expect(Math.abs(client.now() - server.clock.at)).toBeLessThanOrEqual(310);
    }
  });

  it('get keys of the server’s time, whatever theirs says', async () => {
    for (const offset of [-day, -3600, 3600, day]) {
      const { client } = clientWith({ offset });
      const { key } = await client.call('create-site', { enterpriseId, siteRef: `now${offset}`, state: 'active' });
      const claims = await verifySiteKey(key, { root: server.world.root, now: server.clock.at });
      expect([claims.iat, claims.exp >= server.clock.at + 30 * day]).toEqual([server.clock.at, true]);
    }
  });

  it('are corrected again when the clock is set once more', async () => {
    const clock = { offset: day };
    const { client, sent } = clientWith(clock);
    await client.call('get-own-application', {});
    clock.offset = -day;
    sent();
    await client.call('get-own-application', {});
    expect(sent()).toBe(2);
  });

  it('are told to set a clock that is further off, and sign nothing for that time', async () => {
    const { client, sent } = clientWith({ offset: -31 * day });
    await expect(client.call('get-own-application', {})).rejects.toMatchObject({
      code: 'signature-invalid',
      message: expect.stringContaining('31 days late'),
    });
    expect(sent()).toBe(1);
  });

  it('do not ask twice when the signature is refused for another reason', async () => {
    const stranger = { ...server.keys.hwf, keyid: server.keys.hwf.keyid.replace(/.{5}$/, 'AAAAA') };
    const { client, sent } = clientWith({ offset: 0 }, stranger);
    await expect(client.call('get-own-application', {})).rejects.toMatchObject({ code: 'signature-invalid' });
    expect(sent()).toBe(1);
  });
});
