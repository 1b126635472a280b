import assert from 'node:assert/strict';
import { monthOf } from '../../domain/kernel/time.ts';
import type { DemoServer } from './demo-server.ts';
import type { Licenses, StorySite } from './licenses.ts';
import { type RunStep, refused, type Show } from './step-runner.ts';

/** Maximum age of the list of suspended enterprises in an instance of the server. */
const knownAfterSeconds = 60;

/** Demonstrates suspension, reinstatement and deletion, and their audit trail. */
export async function demonstrateEndings(server: DemoServer, step: RunStep, { plant, trial }: Licenses): Promise<void> {
  const { hwf, boost, operator } = server;
  const { enterpriseId } = trial;
  const showValidity = async (show: Show, whose: string, site: StorySite) => {
    const { valid, reason } = await hwf.client.call('check-validity', { key: site.key });
    show(whose, valid ? 'valid' : `invalid, ${reason}`);
    return reason ?? 'valid';
  };
  await step('The operator suspends the second enterprise; it takes effect within a minute', async show => {
    await operator.client.call('update-enterprise', { enterpriseId, status: 'suspended' });
    server.wait(knownAfterSeconds);
    assert.equal(await showValidity(show, "Boost's site in it", trial), 'suspended');
    assert.equal(await showValidity(show, "HWF's in the first", plant), 'valid');
    const refresh = boost.client.call('refresh-key', { siteId: trial.siteId, key: trial.key });
    await refused(show, 'refresh-key', refresh, 'enterprise-suspended');
  });
  await step('The operator reinstates it: the same key is valid again', async show => {
    await operator.client.call('update-enterprise', { enterpriseId, status: 'live' });
    server.wait(knownAfterSeconds);
    assert.equal(await showValidity(show, "Boost's site in it", trial), 'valid');
  });
  await step('HWF deletes its site: final, effective immediately', async show => {
    const { siteId } = plant;
    const { status } = await hwf.client.call('delete-site', { siteId });
    show('status', status);
    assert.equal(await showValidity(show, 'its key', plant), 'deleted');
    await refused(show, 'refresh-key', hwf.client.call('refresh-key', { siteId, key: plant.key }), 'site-deleted');
  });
  await step('The audit trail of that site: each event contains the hash of the previous one', async show => {
    await server.pump.drain();
    const events = await eventsOf(server, plant.siteId);
    for (const { seq, at, action, actor, hash } of events)
      show(`${seq} ${action}`, `${at}, ${actor}, ${hash.slice(0, 12)}…`);
    assert.deepEqual(
      events.map(({ action }) => action),
      ['create-site', 'refresh-key', 'delete-site'],
    );
    for (const [i, { previous }] of events.entries()) assert.equal(previous, events[i - 1]?.hash);
  });
}

/** Lists the events of the months since the start of the demo. */
async function eventsOf({ operator, started, now }: DemoServer, site: string) {
  const months = [...new Set([started, now()].map(monthOf))];
  const pages = await Promise.all(
    months.map(async month => await operator.client.call('list-audit-events', { site, month })),
  );
  return pages.flatMap(({ events }) => events);
}
