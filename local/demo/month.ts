import assert from 'node:assert/strict';
import * as z from 'zod';
import { isoTime } from '../../domain/kernel/time.ts';
import type { Delivered } from '../aws/notifications.ts';
import type { DemoServer } from './demo-server.ts';
import type { RunStep } from './step-runner.ts';
import type { StoryTimes } from './story-times.ts';

/** A site of the quarter, with its current key. */
export interface QuarterSite {
  readonly siteId: string;
  readonly siteRef: string;
  readonly enterpriseId: string;
  key: string;
}

export interface Month {
  readonly enterpriseIds: readonly string[];
  readonly sites: readonly QuarterSite[];
}

/** Skipped while no key is near its expiry: the hourly sweep would find nothing. */
const skipped = ['sweep-expiry'] as const;

/** Demonstrates a month: sites are created and deleted, and the key of one expires. */
export async function demonstrateMonth(server: DemoServer, step: RunStep, times: StoryTimes): Promise<Month> {
  await step('The clock advances to 37 days before the end of a quarter', async show => {
    await server.advanceTo(times.monthBegins, skipped);
    show('today', isoTime(server.now()));
  });
  const month = await demonstrateSiteChanges(server, step);
  const [forgotten] = month.sites;
  assert(forgotten);
  await step('20 days later HWF refreshes all keys but one', async show => {
    await server.advanceTo(times.keysRefreshed, skipped);
    for (const site of month.sites) if (site !== forgotten) await refresh(server, site);
    show('refreshed', `${month.sites.length - 1} of ${month.sites.length}`);
  });
  await step('The hourly sweep raises alerts 5, 3 and 1 days before the expiry, and at the expiry', async show => {
    await server.advanceTo(times.sweepBegins, skipped);
    await server.advanceTo(times.forgottenExpired);
    const alerts = server.delivered('alerts').filter(alert => alertIn(alert).subject === `site:${forgotten.siteId}`);
    for (const { subject } of alerts) show('alert', subject);
    const details = alerts.map(alert => alertIn(alert).reason);
    assert.deepEqual(details, ['expiring-soon', 'expiring-soon', 'expiring-soon', 'key-expired']);
    const { valid, reason } = await server.hwf.client.call('check-validity', { key: forgotten.key });
    show('its key', `valid ${valid}, ${reason}`);
    assert.equal(reason, 'key-expired');
  });
  await step('HWF refreshes the expired key, which is possible for 60 days and raises an alert', async show => {
    await refresh(server, forgotten);
    await server.pump.drain();
    const { valid } = await server.hwf.client.call('check-validity', { key: forgotten.key });
    const last = server.delivered('alerts').at(-1);
    show('the new key', `valid ${valid}`);
    show('alert', last?.subject);
    assert.equal(last && alertIn(last).reason, 'refreshed-after-expiry');
  });
  return month;
}

const Message = z.object({ default: z.string() });
const Alert = z.object({ reason: z.string(), subject: z.string() });

/** Parses the part of a notification for programs; SNS stores it beside the text. */
function alertIn({ message }: Delivered): z.infer<typeof Alert> {
  return Alert.parse(JSON.parse(Message.parse(JSON.parse(message)).default));
}

async function demonstrateSiteChanges(server: DemoServer, step: RunStep): Promise<Month> {
  const { client } = server.hwf;
  return await step('Six sites are created; one is deleted and re-created, one reference is used twice', async show => {
    const created = [await client.call('create-enterprise', {}), await client.call('create-enterprise', {})];
    const [one = '', two = ''] = created.map(({ enterpriseId }) => enterpriseId);
    const create = async (enterpriseId: string, siteRef: string, state: 'active' | 'commissioning' | 'basic') => {
      const { siteId, key } = await client.call('create-site', { enterpriseId, siteRef, state });
      return { siteId, siteRef, enterpriseId, key };
    };
    const gone = await create(two, 'NORTH-2', 'basic');
    const sites = [
      await create(one, 'EAST-1', 'active'),
      await create(one, 'EAST-2', 'active'),
      await create(one, 'EAST-2', 'commissioning'),
      await create(two, 'NORTH-1', 'active'),
      await create(two, 'NORTH-3', 'commissioning'),
    ];
    await client.call('delete-site', { siteId: gone.siteId });
    sites.push(await create(two, 'NORTH-2', 'active'));
    for (const enterpriseId of [one, two])
      show(enterpriseId, `${sites.filter(site => site.enterpriseId === enterpriseId).length} sites`);
    return { enterpriseIds: [one, two], sites };
  });
}

export async function refresh({ hwf }: DemoServer, site: QuarterSite): Promise<void> {
  site.key = (await hwf.client.call('refresh-key', { siteId: site.siteId, key: site.key })).key;
}
