import * as z from 'zod';
import { createKeyring, createLicenseGuard, createReporter, type Keyring, type LicenseGuard } from '../../sdk/index.ts';
import { expressGuard } from '../../sdk/middleware/express.ts';
import { ask, Declined, type Route, startJsonService } from '../json-service.ts';
import type { License } from '../license-settings.ts';
import { partnerToken } from '../partner-token.ts';
import { type Dashboard, Dashboards } from './dashboards.ts';
import { countingOf } from './numbers.ts';

interface Hwf extends License {
  readonly keyring: Keyring;
  readonly guard: LicenseGuard;
  readonly dashboards: Dashboards;
}

const quarterHour = 900;
const hour = 3600;
const complain = (what: string) => (error: unknown) => console.error(`${what}: ${Object(error).message}`);

/** Starts HWF: dashboards for itself and for Boost, each by its own license. @returns where it listens */
export async function startHwf(license: License): Promise<string> {
  const { client, root, store, clock } = license;
  const keyring = createKeyring({ client, root, store, onTrouble: (name, error) => complain(`key ${name}`)(error) });
  const guard = await createLicenseGuard({
    client,
    application: 'hub/hwf',
    root,
    store,
    clocks: clock.reading,
    onTrouble: complain('guard'),
  });
  const dashboards = new Dashboards();
  const reporter = createReporter({ client, store, count: countingOf(dashboards), onTrouble: complain('report') });
  const hwf = { ...license, keyring, guard, dashboards };
  // With a clock that nobody moves: keyring.start() and reporter.start().
  clock.every(quarterHour, keyring.refreshDue, complain('keys'));
  clock.every(quarterHour, reporter.reportDue, complain('report'));
  clock.every(hour, async () => await refreshData(hwf), complain('data'));
  return await startJsonService({
    'POST /enterprises': newEnterprise(hwf),
    'POST /dashboards': newDashboard(hwf),
    'POST /dashboards/{id}/readings': newReading(hwf),
    'GET /dashboards/{id}': page(hwf),
    'GET /dashboards/{id}/license': licenseOf(hwf),
  });
}

function newEnterprise({ keyring }: Hwf): Route {
  const Body = z.strictObject({ customer: z.string().regex(/^[\w-]{1,40}$/) });
  return {
    async answer({ body }) {
      const { customer } = Body.parse(body);
      const { claims } = await keyring.obtain(`enterprise/${customer}`, 'create-enterprise', {});
      return { enterpriseId: claims.ent };
    },
  };
}

const NewDashboard = z.strictObject({
  enterpriseId: z.string(),
  plant: z.string().regex(/^[\w-]{1,40}$/),
  mode: z.enum(['dev', 'production']).optional(),
  application: z.enum(['hwf', 'boost']).default('hwf'),
});
type NewDashboard = z.output<typeof NewDashboard>;

/** Creates the site of a dashboard in the mode that was asked for, and returns its key; what a policy forbids, the license server refuses. */
function newDashboard(hwf: Hwf): Route {
  return {
    async answer({ body }) {
      const wanted = NewDashboard.parse(body);
      const key = wanted.application === 'hwf' ? await ownKey(hwf, wanted) : await keyFromBoost(hwf, wanted);
      // What another application hands over is believed as far as the guard lets it in.
      const admission = await hwf.guard.check(key);
      if (!admission.allowed) throw new Declined(403, admission.reason, admission.detail);
      const { siteId, mode, application, watermark } = admission;
      if (!siteId || !mode || application !== wanted.application)
        throw new Declined(502, 'other-key', `This is no key of a site of ${wanted.application}.`);
      const { enterpriseId, plant } = wanted;
      hwf.dashboards.open({ siteId, enterpriseId, plant, application: wanted.application, mode, watermark });
      return { siteId, mode, key, watermark };
    },
  };
}

/** HWF's policy allows production alone: it may leave the mode out, and is refused when it asks for dev. */
async function ownKey({ keyring }: Hwf, { enterpriseId, plant, mode }: NewDashboard): Promise<string> {
  const input = { enterpriseId, siteRef: plant, state: 'active', ...(mode && { mode }) } as const;
  return (await keyring.obtain(plant, 'create-site', input)).key;
}

const FromBoost = z.object({ key: z.string() });

/** A site belongs to the application that signed for it, and a signing key never leaves its application: Boost asks for its own. */
async function keyFromBoost(
  { store, partnerUrl = '' }: Hwf,
  { enterpriseId, plant, mode }: NewDashboard,
): Promise<string> {
  const headers = { authorization: `Bearer ${await partnerToken(store)}` };
  return FromBoost.parse(await ask(`${partnerUrl}/sites`, 'POST', { body: { enterpriseId, plant, mode }, headers }))
    .key;
}

/** Who brings a good key of the site puts readings on its dashboard. */
function newReading({ guard, dashboards }: Hwf): Route {
  const Body = z.strictObject({ value: z.number() });
  return {
    guard: expressGuard(guard),
    async answer({ id, body, license }) {
      const dashboard = found(dashboards, id);
      if (license?.siteId !== id) throw new Declined(403, 'other-site', 'This key is that of another site.');
      dashboard.readings.push(Body.parse(body).value);
      dashboard.watermark = license.watermark;
      return { readings: dashboard.readings.length, basis: license.basis, watermark: license.watermark };
    },
  };
}

function page({ dashboards }: Hwf): Route {
  return {
    async answer({ id }) {
      const { plant, mode, readings, watermark } = found(dashboards, id);
      return { title: `${watermark ? `[${watermark}] ` : ''}${plant}`, mode, readings };
    },
  };
}

/** How a dashboard of HWF itself stands: never its key. */
function licenseOf({ dashboards, keyring, guard }: Hwf): Route {
  return {
    async answer({ id }) {
      const { plant, readings } = found(dashboards, id);
      const held = await keyring.current(plant);
      const admission = await guard.check(held?.key);
      return { ...admission, generation: held?.claims.gen, expiresAt: held?.expiresAt, readings: readings.length };
    },
  };
}

/** HWF's own job: a dashboard whose key is not good gets no data. */
async function refreshData({ dashboards, keyring, guard }: Hwf): Promise<void> {
  for (const { plant, readings } of dashboards.own()) {
    const job = guard.protect(
      async () => (await keyring.current(plant))?.key,
      () => readings.push(Math.random()),
    );
    await job().catch(complain(`data of ${plant}`));
  }
}

function found(dashboards: Dashboards, siteId: string): Dashboard {
  const dashboard = dashboards.find(siteId);
  if (!dashboard) throw new Declined(404, 'not-found', 'There is no such dashboard.');
  return dashboard;
}
