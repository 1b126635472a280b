import assert from 'node:assert/strict';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import type { Narrate, Show } from '../../local/demo/narrator.ts';
import { ask, Declined } from '../json-service.ts';
import type { Stage } from './stage.ts';

/** One plant of each application. */
export interface Plants {
  readonly enterpriseId: string;
  /** ids of sites */
  readonly own: string;
  readonly trial: string;
}

const Created = z.object({ siteId: z.string(), mode: z.string(), key: z.string(), watermark: z.string().optional() });

/** Dashboards are created in the mode that was asked for, and used. */
export async function tellLicenses(stage: Stage, tell: Narrate): Promise<Plants> {
  const { hwf, boost } = stage;
  const { enterpriseId, own } = await tell(
    'HWF creates a customer and a dashboard of its own, in production',
    async show => {
      const customer = await ask(`${hwf.url}/enterprises`, 'POST', { body: { customer: 'acme' } });
      const { enterpriseId } = z.object({ enterpriseId: z.string() }).parse(customer);
      const made = await create(stage, { enterpriseId, plant: 'EAST-1' });
      showSite(show, made);
      assert.equal(made.mode, 'production');
      return { enterpriseId, own: made.siteId };
    },
  );
  await tell(
    "HWF's policy allows production only: a dev dashboard of its own is refused by the license server",
    async show => {
      const wanted = { enterpriseId, plant: 'EAST-2', mode: 'dev' };
      await declined(show, 'mode dev', create(stage, wanted), 'mode-not-allowed');
    },
  );
  const trial = await tell(
    'A dev dashboard for Boost: Boost asks for its own site, HWF returns the key',
    async show => {
      await declined(
        show,
        'no mode',
        create(stage, { enterpriseId, plant: 'WEST-1', application: 'boost' }),
        'mode-required',
      );
      const made = await create(stage, { enterpriseId, plant: 'WEST-1', application: 'boost', mode: 'dev' });
      showSite(show, made);
      assert.equal(made.mode, 'dev');
      return made.siteId;
    },
  );
  await tell("Boost uses it: HWF's guard lets it in, and the dashboard shows the watermark", async show => {
    const { basis, watermark } = await reading(stage, 'WEST-1');
    show('let in by', basis);
    show('watermark', watermark);
    const { title } = z.object({ title: z.string() }).parse(await ask(`${hwf.url}/dashboards/${trial}`, 'GET', {}));
    show('the page', title);
    assert.deepEqual([basis, title], ['verdict', `[${watermark}] WEST-1`]);
    await declined(show, 'without a key', ask(`${hwf.url}/dashboards/${trial}/readings`, 'POST', {}), 'key-missing');
    await declined(show, 'a key from strangers', ask(`${boost.url}/sites`, 'POST', {}), 'not-a-partner');
  });
  await tell(
    'HWF keeps its keys in AWS Secrets Manager only, Boost in files that only its user may read',
    async show => {
      const kept = [...(await stage.account.secrets())].filter(([, record]) => record.startsWith('{"key":'));
      for (const [name] of kept) show('secret', name);
      assert.deepEqual(kept.map(([name]) => name).sort(), [
        'license/hwf/keys/EAST-1',
        'license/hwf/keys/enterprise/acme',
      ]);
      for (const file of readdirSync(stage.folders.boost)) {
        const mode = (statSync(join(stage.folders.boost, file)).mode & 0o777).toString(8);
        if (file.startsWith('keys')) show('file', `${file} (0${mode})`);
        assert.equal(mode, '600');
      }
      for (const [, record] of kept)
        assert(!hwf.output().includes(z.object({ key: z.string() }).parse(JSON.parse(record)).key));
    },
  );
  return { enterpriseId, own, trial };
}

async function create({ hwf }: Stage, wanted: Record<string, string>) {
  return Created.parse(await ask(`${hwf.url}/dashboards`, 'POST', { body: wanted }));
}

function showSite(show: Show, { siteId, mode, key, watermark }: z.infer<typeof Created>): void {
  show('site', `${siteId}, ${mode}${watermark ? `, "${watermark}"` : ''}`);
  show('its key', key);
}

const Reading = z.object({ basis: z.string(), watermark: z.string().optional() });

/** Boost sends one to HWF. @throws Declined */
export async function reading({ hwf, boost }: Stage, plant: string): Promise<z.infer<typeof Reading>> {
  const body = { hwf: hwf.url, value: 42 };
  return Reading.parse(await ask(`${boost.url}/sites/${plant}/readings`, 'POST', { body }));
}

/** Awaits this refusal, and shows it. */
export async function declined(show: Show, what: string, asked: Promise<unknown>, code: string): Promise<void> {
  const error = await asked.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  assert(error instanceof Declined, `${what} was not refused${error instanceof Error ? `: ${error.message}` : ''}`);
  show(what, `refused, ${error.status} ${error.code}`);
  assert.equal(error.code, code);
}
