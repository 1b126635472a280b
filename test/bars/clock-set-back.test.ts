import { beforeEach, describe, expect, it } from '@jest/globals';
import { createLicenseGuard, type LicenseGuard } from '../../sdk/guard/license-guard.ts';
import type { KeyStore } from '../../sdk/stores/key-store.ts';
import { createMemoryStore } from '../../sdk/stores/memory-store.ts';
import { barCount } from '../support/bar-count.ts';
import { type SeededRandom, seeded } from '../support/seeded.ts';
import { newSigningServer, type SigningServer } from '../support/server/signing-server.ts';

const seed = 20261115;
const lives = barCount(300, 60);
const stepsOfALife = 60;
const hour = 3600;
const day = 86_400;
const year = 365 * day;
const begin = 1_795_000_000;

/** A machine that its owner may treat as he likes: its clock, its disk, its line, its processes. */
class Machine {
  readonly server: SigningServer;
  offset = 0;
  #store = createMemoryStore();
  #text: string | undefined;
  /** the last signed time that was seen by the time when this text was written */
  readonly #seenIn = new Map<string | undefined, number>([[undefined, 0]]);
  #seen = 0;
  #alive = 0;
  #bootedAt = begin;
  guard!: LicenseGuard;

  constructor(server: SigningServer) {
    this.server = server;
  }

  /** the last signed server time that this process, or the disk that it began with, has seen */
  get seen(): number {
    return this.#seen;
  }

  async start(): Promise<void> {
    this.#seen = this.#seenIn.get(this.#text) ?? 0;
    this.#bootedAt = this.server.at;
    const { server } = this;
    this.guard = await createLicenseGuard({
      client: server.client,
      application: 'hub/hwf',
      root: server.root,
      store: this.#diskOf(++this.#alive),
      clocks: () => ({ clock: server.at + this.offset, ticks: server.at - this.#bootedAt }),
      random: () => 0.5,
      sendAlert: async () => {},
    });
  }

  async check(key: { key: string; iat: number; jti: string }): Promise<boolean> {
    const before = this.server.questions.count;
    const { allowed } = await this.guard.check(key.key);
    // A question that needs no answer at once is answered all the same.
    await new Promise(resolve => setImmediate(resolve));
    this.#seen = Math.max(this.#seen, key.iat);
    if (this.server.questions.count > before && this.server.isUp) this.#seen = Math.max(this.#seen, this.server.at);
    return allowed;
  }

  save(): string | undefined {
    return this.#text;
  }

  restore(text: string | undefined): void {
    this.#text = text;
    this.#store = createMemoryStore();
  }

  /** A process that is dead writes nothing any more. */
  #diskOf(process: number): KeyStore {
    const name = 'guard/application:hub/hwf';
    return {
      ...this.#store,
      read: async () => (this.#text === undefined ? undefined : { text: this.#text, version: this.#text }),
      write: async (asked, text, before) => {
        expect(asked).toBe(name);
        if (process !== this.#alive || before !== this.#text) return undefined;
        this.#text = text;
        this.#seenIn.set(text, this.#seen);
        return text;
      },
    };
  }
}

describe(`a machine whose clock and disk are set back (bar R15, seed ${seed})`, () => {
  let server: SigningServer;
  let machine: Machine;

  beforeEach(async () => {
    server = newSigningServer(begin);
    machine = new Machine(server);
    await machine.start();
  });

  it(`accepts no key beyond its end + 5 min by the last signed time seen, in ${lives} lives of ${stepsOfALife} steps`, async () => {
    let accepted = 0;
    let acceptedOffline = 0;
    for (let life = 0; life < lives; life++) {
      const random = seeded(seed + life);
      server = newSigningServer(begin);
      machine = new Machine(server);
      await machine.start();
      const keys = [server.newKey()];
      const disks = [machine.save()];
      for (let count = 0; count < stepsOfALife; count++) {
        await meddle(random, keys, disks);
        const key = random.pick(keys);
        const allowed = await machine.check(key);
        if (!allowed) continue;
        accepted++;
        if (!server.isUp) acceptedOffline++;
        expect({ life, count, late: Math.max(0, machine.seen - key.exp - 300) }).toEqual({ life, count, late: 0 });
      }
    }
    expect(accepted).toBeGreaterThan(lives);
    expect(acceptedOffline).toBeGreaterThan(lives / 2);
  });

  async function meddle(
    random: SeededRandom,
    keys: ReturnType<SigningServer['newKey']>[],
    disks: (string | undefined)[],
  ) {
    await random.pick<() => unknown>([
      () => {
        server.at += 60 + random.below(3 * hour);
      },
      () => {
        server.at += random.below(12 * day);
      },
      () => {
        machine.offset -= hour + random.below(5 * year);
      },
      () => {
        machine.offset -= random.below(day);
      },
      () => {
        machine.offset += random.below(40 * day);
      },
      () => {
        machine.offset = 0;
      },
      () => {
        server.isUp = !server.isUp;
      },
      () => {
        server.isUp = true;
      },
      () => keys.push(server.newKey()),
      async () => {
        if (random.chance(0.7)) await machine.guard.close();
        disks.push(machine.save());
        await machine.start();
      },
      async () => {
        machine.restore(random.pick([...disks, undefined].map(text => ({ text }))).text);
        await machine.start();
      },
    ])();
  }

  describe.each([
    ['an hour', hour],
    ['a day', day],
    ['a month', 30 * day],
    ['5 years', 5 * year],
  ])('set back by %s', (_, by) => {
    it('offline, in the running process and after a restart, the key is refused until the server is there again', async () => {
      const key = server.newKey();
      expect(await machine.check(key)).toBe(true);
      server.isUp = false;
      server.at += 2 * hour;
      expect(await machine.check(key)).toBe(true);
      machine.offset = -by;
      server.at += 60;
      expect(await machine.guard.check(key.key)).toMatchObject({ allowed: false, reason: 'clock-set-back' });
      machine.offset = 0;
      await machine.guard.close();
      machine.offset = -by;
      await machine.start();
      expect(await machine.guard.check(key.key)).toMatchObject({ allowed: false, reason: 'clock-set-back' });
      server.isUp = true;
      server.at += 600;
      expect(await machine.guard.check(key.key)).toMatchObject({ allowed: true, basis: 'verdict' });
    });

    it('an expired key stays expired', async () => {
      const key = server.newKey();
      server.at = key.exp + 300;
      await machine.check(server.newKey());
      server.isUp = false;
      machine.offset = -by;
      expect(await machine.check(key)).toBe(false);
      await machine.guard.close();
      await machine.start();
      expect(await machine.check(key)).toBe(false);
    });
  });

  it('an old disk does not bring an old time back when a newer key is shown', async () => {
    const old = server.newKey();
    await machine.check(old);
    await machine.guard.close();
    const disk = machine.save();
    server.at = old.exp + 600;
    const newer = server.newKey();
    server.isUp = false;
    machine.restore(disk);
    machine.offset = begin - server.at + hour;
    await machine.start();
    expect(await machine.check(old)).toBe(true);
    await machine.check(newer);
    expect(await machine.check(old)).toBe(false);
  });

  it('a verdict on the disk that was edited counts for nothing', async () => {
    const key = server.newKey();
    server.at += 10 * day;
    await machine.check(key);
    await machine.guard.close();
    const disk = machine.save() ?? '';
    server.isUp = false;
    machine.restore(disk.replace(/"leaves":\["(.)/, '"leaves":["A'));
    await machine.start();
    expect(await machine.guard.check(key.key)).toMatchObject({ allowed: false, reason: 'grace-ended' });
  });

  it('a time on the disk that was edited counts no more than what the server has signed there', async () => {
    const old = server.newKey();
    await machine.check(old);
    server.at = old.exp + 600;
    await machine.check(server.newKey());
    await machine.guard.close();
    const edited = { ...JSON.parse(machine.save() ?? ''), time: begin + hour, clock: begin + hour };
    server.isUp = false;
    machine.restore(JSON.stringify(edited));
    machine.offset = begin + hour - server.at;
    await machine.start();
    expect(await machine.check(old)).toBe(false);
  });

  it('a clock that is a day late all the time is no harm', async () => {
    machine.offset = -day;
    await machine.start();
    const key = server.newKey();
    expect(await machine.check(key)).toBe(true);
    server.isUp = false;
    server.at += 4 * day;
    expect(await machine.guard.check(key.key)).toMatchObject({ allowed: true, basis: 'grace' });
    server.at += day;
    expect(await machine.guard.check(key.key)).toMatchObject({ allowed: false, reason: 'grace-ended' });
  });
});
