import * as z from 'zod';
import { createKeyring, createLicenseGuard, createReporter, type Keyring, type LicenseGuard } from '../../sdk/index.ts';
import { expressGuard } from '../../sdk/middleware/express.ts';
import { ask, DeclinedError, type Route, startJsonService } from '../json-service.ts';
import type { License } from '../license-settings.ts';
import { partnerToken } from '../partner-token.ts';
import { type Dashboard, Dashboards } from './dashboards.ts';
import { countersOf } from './numbers.ts';

interface Hwf extends License {
  readonly keyring: Keyring;
  readonly guard: LicenseGuard;
  readonly dashboards: Dashboards;
}

const quarterHour = 900;
const hour = 3600;
const logError = (what: string) => (error: unknown) => console.error(`${what}: ${Object(error).message}`);

/** Starts HWF: dashboards for itself and for Boost, each with its own license. @returns its URL */
export async function startHwf(license: License): Promise<string> {
  const { client, root, store, clock } = license;
  const keyring = createKeyring({ client, root, store, onError: (name, error) => logError(`key ${name}`)(error) });
  const guard = await createLicenseGuard({
    client,
    application: 'hub/hwf',
    root,
    store,
    clocks: clock.reading,
    onError: logError('guard'),
  });
  const dashboards = new Dashboards();
  const reporter = createReporter({ client, store, count: countersOf(dashboards), onError: logError('report') });
  const hwf = { ...license, keyring, guard, dashboards };
  // Without a clock that is advanced: keyring.start() and reporter.start().
  clock.every(quarterHour, keyring.refreshDue, logError('keys'));
  clock.every(quarterHour, reporter.reportDue, logError('report'));
  clock.every(hour, async () => await refreshData(hwf), logError('data'));
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

/** Creates the site of a dashboard in the requested mode and returns its key; the license server refuses modes outside the policy. */
function newDashboard(hwf: Hwf): Route {
  return {
    async answer({ body }) {
      const wanted = NewDashboard.parse(body);
      const key = wanted.application === 'hwf' ? await ownKey(hwf, wanted) : await keyFromBoost(hwf, wanted);
      // A key of another application is accepted only if the guard admits it.
      const admission = await hwf.guard.check(key);
      if (!admission.allowed) throw new DeclinedError(403, admission.reason, admission.detail);
      const { siteId, mode, application, watermark } = admission;
      if (!siteId || !mode || application !== wanted.application)
        throw new DeclinedError(502, 'other-key', `The key does not belong to a site of ${wanted.application}.`);
      const { enterpriseId, plant } = wanted;
      hwf.dashboards.open({ siteId, enterpriseId, plant, application: wanted.application, mode, watermark });
      return { siteId, mode, key, watermark };
    },
  };
}

/** Creates a site of HWF. Its policy allows production only: the mode may be omitted, and dev is refused. */
async function ownKey({ keyring }: Hwf, { enterpriseId, plant, mode }: NewDashboard): Promise<string> {
  const input = { enterpriseId, siteRef: plant, state: 'active', ...(mode && { mode }) } as const;
  return (await keyring.obtain(plant, 'create-site', input)).key;
}

const FromBoost = z.object({ key: z.string() });

/** Requests a key from Boost: a site belongs to the application that signed the request, and a signing key never leaves it. */
async function keyFromBoost(
  { store, partnerUrl = '' }: Hwf,
  { enterpriseId, plant, mode }: NewDashboard,
): Promise<string> {
  const headers = { authorization: `Bearer ${await partnerToken(store)}` };
  return FromBoost.parse(await ask(`${partnerUrl}/sites`, 'POST', { body: { enterpriseId, plant, mode }, headers }))
    .key;
}

/** Adds a reading to a dashboard; requires a valid key of its site. */
function newReading({ guard, dashboards }: Hwf): Route {
  const Body = z.strictObject({ value: z.number() });
  return {
    guard: expressGuard(guard),
    async answer({ id, body, license }) {
      const dashboard = found(dashboards, id);
      if (license?.siteId !== id) throw new DeclinedError(403, 'other-site', 'The key belongs to another site.');
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

/** Returns the license status of a dashboard of HWF, never its key. */
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

/** Refreshes the data of HWF's dashboards; skips those whose key is invalid. */
async function refreshData({ dashboards, keyring, guard }: Hwf): Promise<void> {
  for (const { plant, readings } of dashboards.own()) {
    const job = guard.protect(
      async () => (await keyring.current(plant))?.key,
      () => readings.push(Math.random()),
    );
    await job().catch(logError(`data of ${plant}`));
  }
}

function found(dashboards: Dashboards, siteId: string): Dashboard {
  const dashboard = dashboards.find(siteId);
  if (!dashboard) throw new DeclinedError(404, 'not-found', 'The dashboard does not exist.');
  return dashboard;
}
