import assert from 'node:assert/strict';
import * as z from 'zod';
import { isoTime } from '../../domain/kernel/time.ts';
import type { Delivered } from '../aws/notifications.ts';
import type { Narrate } from './narrator.ts';
import type { Stage } from './stage.ts';
import type { StoryTimes } from './story-times.ts';

/** A site of the quarter's story, which HWF keeps alive, or forgets. */
export interface KeptSite {
  readonly siteId: string;
  readonly siteRef: string;
  readonly enterpriseId: string;
  key: string;
}

export interface Month {
  readonly enterpriseIds: readonly string[];
  readonly sites: readonly KeptSite[];
}

/** No key is near its end in the first days: the sweep would find nothing, hour after hour. */
const quiet = ['sweep-expiry'] as const;

/** A month of many sites: they come and go, one is forgotten until its key has ended. */
export async function narrateMonth(stage: Stage, tell: Narrate, times: StoryTimes): Promise<Month> {
  await tell('Time passes until a quarter has 37 days left', async show => {
    await stage.liveUntil(times.monthBegins, quiet);
    show('today', isoTime(stage.now()));
  });
  const month = await tellComingAndGoing(stage, tell);
  const [forgotten] = month.sites;
  assert(forgotten);
  await tell('20 days later: HWF refreshes its keys in time, all but one', async show => {
    await stage.liveUntil(times.keysRefreshed, quiet);
    for (const site of month.sites) if (site !== forgotten) await refresh(stage, site);
    show('refreshed', `${month.sites.length - 1} of ${month.sites.length}`);
  });
  await tell('The hourly sweep warns 5, 3 and 1 days before, and tells when the key has ended', async show => {
    await stage.liveUntil(times.sweepBegins, quiet);
    await stage.liveUntil(times.forgottenExpired);
    const alerts = stage.delivered('alerts').filter(alert => alertIn(alert).subject === `site:${forgotten.siteId}`);
    for (const { subject } of alerts) show('to the infra team', subject);
    const details = alerts.map(alert => alertIn(alert).reason);
    assert.deepEqual(details, ['expiring-soon', 'expiring-soon', 'expiring-soon', 'key-expired']);
    const { valid, reason } = await stage.hwf.client.call('check-validity', { key: forgotten.key });
    show('its key', `valid ${valid}, ${reason}`);
    assert.equal(reason, 'key-expired');
  });
  await tell(
    'HWF comes back: an ended key can still be refreshed for 60 days, and somebody hears of it',
    async show => {
      await refresh(stage, forgotten);
      await stage.pump.drain();
      const { valid } = await stage.hwf.client.call('check-validity', { key: forgotten.key });
      const last = stage.delivered('alerts').at(-1);
      show('the new key', `valid ${valid}`);
      show('to the infra team', last?.subject);
      assert.equal(last && alertIn(last).reason, 'refreshed-after-expiry');
    },
  );
  return month;
}

const Message = z.object({ default: z.string() });
const Alert = z.object({ reason: z.string(), subject: z.string() });

/** What a program reads of a notice: SNS keeps it beside the text for people. */
function alertIn({ message }: Delivered): z.infer<typeof Alert> {
  return Alert.parse(JSON.parse(Message.parse(JSON.parse(message)).default));
}

async function tellComingAndGoing(stage: Stage, tell: Narrate): Promise<Month> {
  const { client } = stage.hwf;
  return await tell(
    'Sites come and go: six are created, one is deleted and created anew, one reference stands twice',
    async show => {
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
    },
  );
}

export async function refresh({ hwf }: Stage, site: KeptSite): Promise<void> {
  site.key = (await hwf.client.call('refresh-key', { siteId: site.siteId, key: site.key })).key;
}
