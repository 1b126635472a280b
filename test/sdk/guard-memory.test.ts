import { describe, expect, it } from '@jest/globals';
import { createLicenseGuard, type LicenseGuardSettings } from '../../sdk/guard/license-guard.ts';
import type { KeyStore } from '../../sdk/stores/key-store.ts';
import { createMemoryStore } from '../../sdk/stores/memory-store.ts';
import { eventually } from '../support/eventually.ts';
import { newSigningServer } from '../support/server/signing-server.ts';

const hour = 3600;
const day = 86_400;
const begin = 1_795_000_000;

/** A machine with a good clock of its own, and a disk. */
function newMachine() {
  const server = newSigningServer(begin);
  const store = createMemoryStore();
  const machine = {
    server,
    store,
    late: 0,
    start: async (settings: Partial<LicenseGuardSettings> = {}) =>
      await createLicenseGuard({
        client: server.client,
        application: 'hub/hwf',
        root: server.root,
        store,
        clocks: () => ({ clock: server.at + machine.late, ticks: server.at + machine.late - begin }),
        sendAlert: async () => {},
        ...settings,
      }),
  };
  return machine;
}

describe('the memory of a guard', () => {
  it('keeps no verdict that was not believed: a dead key stays dead beyond a restart', async () => {
    const machine = newMachine();
    const { server } = machine;
    const { key, jti } = server.newKey();
    server.dead.set(jti, 'suspended');
    const guard = await machine.start();
    expect(await guard.check(key)).toMatchObject({ reason: 'suspended' });
    // An attacker with an old responder key can sign anything, but with a time that has passed.
    server.dead.clear();
    server.at -= hour;
    machine.late = hour + 120;
    expect(await guard.check(key)).toMatchObject({ reason: 'suspended' });
    await guard.close();
    server.isUp = false;
    expect(await (await machine.start()).check(key)).toMatchObject({ allowed: false, reason: 'suspended' });
  });

  it('is of the newest verdicts, as many as the store can hold in a record', async () => {
    const { server, store, start } = newMachine();
    const keys = Array.from({ length: 200 }, () => server.newKey().key);
    server.at += 10 * day;
    const limits = { maxRecordBytes: 65_536, minWriteIntervalMs: 0 };
    const small = { ...store, limits, write: async (...asked: Parameters<KeyStore['write']>) => await fitting(asked) };
    const fitting = async ([name, text, before]: Parameters<KeyStore['write']>) => {
      if (text.length > limits.maxRecordBytes) throw new Error('ValidationException');
      return await store.write(name, text, before);
    };
    const troubles: unknown[] = [];
    const onError = (error: unknown) => troubles.push(error);
    const guard = await start({ store: small, onError });
    for (const key of keys) await guard.check(key);
    await guard.close();
    expect(troubles).toEqual([]);
    server.isUp = false;
    const after = await start({ store: small });
    const admissions = await Promise.all(keys.map(async key => await after.check(key)));
    expect(admissions.filter(({ allowed }) => allowed).length).toBeGreaterThan(100);
  });

  it('is read as an earlier version has written it, and as far as it can be when a later one has', async () => {
    const machine = newMachine();
    const { server, store } = machine;
    const [first, second] = [server.newKey(), server.newKey()];
    server.at += 10 * day;
    const guard = await machine.start();
    for (const { key } of [first, second]) await guard.check(key);
    await guard.close();
    const name = 'guard/application:hub/hwf';
    const stored = await store.read(name);
    const { verdicts, ...rest } = JSON.parse(stored?.text ?? '');
    const [{ under, leaves }] = verdicts;
    const mixed = { ...rest, verdicts: [`${leaves[0]}~${under}`, { v: 7 }, { under, leaves: [leaves[1]] }] };
    await store.write(name, JSON.stringify(mixed), stored?.version);
    server.isUp = false;
    server.at += 4 * day;
    const upgraded = await machine.start({ onError: error => expect(String(error)).not.toContain('damaged') });
    for (const { key } of [first, second]) expect(await upgraded.check(key)).toMatchObject({ allowed: true });
    machine.late = -5 * day;
    expect(await (await machine.start()).check(first.key)).toMatchObject({ reason: 'clock-set-back' });
  });

  it('is written no more often than the store permits, by any number of processes, and by each of them at the end', async () => {
    const { server, store, start } = newMachine();
    let writes = 0;
    const slow: KeyStore = {
      ...store,
      limits: { maxRecordBytes: 65_536, minWriteIntervalMs: 900_000 },
      write: async (...asked) => {
        const version = await store.write(...asked);
        if (version !== undefined) writes++;
        return version;
      },
    };
    const guards = [await start({ store: slow }), await start({ store: slow })];
    const keys = Array.from({ length: 4 }, () => server.newKey().key);
    server.at += 10 * day;
    for (const [i, guard] of [...guards, ...guards].entries()) {
      await guard.check(keys[i]);
      await eventually(() => writes > 0);
      await new Promise(resolve => setTimeout(resolve, 1200));
      expect(writes).toBe(1);
    }
    for (const guard of guards) await guard.close();
    expect(writes).toBe(3);
    server.isUp = false;
    const after = await start();
    for (const key of keys) expect(await after.check(key)).toMatchObject({ allowed: true });
  });
});

it.each(['cacheSeconds', 'graceSeconds'])(
  'a guard does not begin with %s that are no number, or below 0',
  async name => {
    for (const seconds of [Number(undefined), -1])
      await expect(newMachine().start({ [name]: seconds })).rejects.toThrow(`${name} is invalid: expected seconds`);
  },
);

it('a guard lives on when its listener throws, at once or later: an outage must not end the process', async () => {
  const unhandled: unknown[] = [];
  const note = (error: unknown) => unhandled.push(error);
  process.on('unhandledRejection', note);
  for (const onError of [() => Promise.reject(new Error('no log')), noLog]) {
    const { server, start } = newMachine();
    const { key } = server.newKey();
    const guard = await start({ onError, random: () => 0 });
    await guard.check(key);
    server.isUp = false;
    server.at += 0.9 * hour;
    expect(await guard.check(key)).toMatchObject({ allowed: true, basis: 'verdict' });
    server.at += hour;
    expect(await guard.check(key)).toMatchObject({ allowed: true, basis: 'grace' });
    await new Promise(resolve => setTimeout(resolve, 20));
  }
  process.off('unhandledRejection', note);
  expect(unhandled).toEqual([]);
});

function noLog(): never {
  throw new Error('no log');
}

it.each(['hwf', 'application:hub/hwf', 'hub.hwf'])(
  'a guard does not begin for an application %s: all keys would be those of another Org',
  async application => {
    await expect(newMachine().start({ application })).rejects.toThrow('as hub/hwf');
  },
);
