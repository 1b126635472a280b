import assert from 'node:assert/strict';
import { monthOf } from '../../domain/kernel/time.ts';
import type { Licenses, StorySite } from './licenses.ts';
import { type Narrate, refused, type Show } from './narrator.ts';
import type { Stage } from './stage.ts';

/** Every instance of the server reads the list of suspended enterprises at least that often. */
const knownAfterSeconds = 60;

/** How licenses end, for a while or for good, and what is written down of it. */
export async function narrateEndings(stage: Stage, tell: Narrate, { plant, trial }: Licenses): Promise<void> {
  const { hwf, boost, operator } = stage;
  const { enterpriseId } = trial;
  const showValidity = async (show: Show, whose: string, site: StorySite) => {
    const { valid, reason } = await hwf.client.call('check-validity', { key: site.key });
    show(whose, valid ? 'valid' : `dead, ${reason}`);
    return reason ?? 'valid';
  };
  await tell('The operator suspends the second enterprise; a minute later everybody knows', async show => {
    await operator.client.call('update-enterprise', { enterpriseId, status: 'suspended' });
    stage.wait(knownAfterSeconds);
    assert.equal(await showValidity(show, "Boost's site in it", trial), 'suspended');
    assert.equal(await showValidity(show, "HWF's in the first", plant), 'valid');
    const refresh = boost.client.call('refresh-key', { siteId: trial.siteId, key: trial.key });
    await refused(show, 'refresh-key', refresh, 'enterprise-suspended');
  });
  await tell('The operator reinstates it: the same key is good again', async show => {
    await operator.client.call('update-enterprise', { enterpriseId, status: 'live' });
    stage.wait(knownAfterSeconds);
    assert.equal(await showValidity(show, "Boost's site in it", trial), 'valid');
  });
  await tell('HWF deletes its site: final, dead at once', async show => {
    const { siteId } = plant;
    const { status } = await hwf.client.call('delete-site', { siteId });
    show('status', status);
    assert.equal(await showValidity(show, 'its key', plant), 'deleted');
    await refused(show, 'refresh-key', hwf.client.call('refresh-key', { siteId, key: plant.key }), 'site-deleted');
  });
  await tell('The audit trail of that site: who did what, each event bound to the one before', async show => {
    await stage.pump.drain();
    const events = await eventsOf(stage, plant.siteId);
    for (const { seq, at, action, actor, hash } of events)
      show(`${seq} ${action}`, `${at}, ${actor}, ${hash.slice(0, 12)}…`);
    assert.deepEqual(
      events.map(({ action }) => action),
      ['create-site', 'refresh-key', 'delete-site'],
    );
    for (const [i, { previous }] of events.entries()) assert.equal(previous, events[i - 1]?.hash);
  });
}

/** The audit trail is read month by month; a new one may have begun since the story did. */
async function eventsOf({ operator, started, now }: Stage, site: string) {
  const months = [...new Set([started, now()].map(monthOf))];
  const pages = await Promise.all(
    months.map(async month => await operator.client.call('list-audit-events', { site, month })),
  );
  return pages.flatMap(({ events }) => events);
}
