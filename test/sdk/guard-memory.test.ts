import { describe, expect, it } from '@jest/globals';
import { createLicenseGuard, type LicenseGuardSettings } from '../../sdk/guard/license-guard.ts';
import { createMemoryStore } from '../../sdk/stores/memory-store.ts';
import { newSigningServer } from '../support/signing-server.ts';

const hour = 3600;
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
        report: async () => {},
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
    // Whoever has an old responder key signs what he likes, but in a time that is over.
    server.dead.clear();
    server.at -= hour;
    machine.late = hour + 120;
    expect(await guard.check(key)).toMatchObject({ reason: 'suspended' });
    await guard.close();
    server.isUp = false;
    expect(await (await machine.start()).check(key)).toMatchObject({ allowed: false, reason: 'suspended' });
  });
});

it.each(['cacheSeconds', 'graceSeconds'])(
  'a guard does not begin with %s that are no number, or below 0',
  async name => {
    for (const seconds of [Number(undefined), -1])
      await expect(newMachine().start({ [name]: seconds })).rejects.toThrow(`${name} must be seconds`);
  },
);
