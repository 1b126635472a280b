import assert from 'node:assert/strict';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import type { RunStep, Show } from '../../local/demo/step-runner.ts';
import { ask, DeclinedError } from '../json-service.ts';
import type { ExampleRun } from './example-run.ts';

/** A plant of each application. */
export interface Plants {
  readonly enterpriseId: string;
  /** Site ids. */
  readonly own: string;
  readonly trial: string;
}

const Created = z.object({ siteId: z.string(), mode: z.string(), key: z.string(), watermark: z.string().optional() });

/** Demonstrates the creation and use of dashboards in both modes. */
export async function demonstrateLicenses(example: ExampleRun, step: RunStep): Promise<Plants> {
  const { hwf, boost } = example;
  const { enterpriseId, own } = await step(
    'HWF creates a customer and a dashboard of its own, in production',
    async show => {
      const customer = await ask(`${hwf.url}/enterprises`, 'POST', { body: { customer: 'acme' } });
      const { enterpriseId } = z.object({ enterpriseId: z.string() }).parse(customer);
      const created = await create(example, { enterpriseId, plant: 'EAST-1' });
      showSite(show, created);
      assert.equal(created.mode, 'production');
      return { enterpriseId, own: created.siteId };
    },
  );
  await step("HWF's policy allows production only: the license server refuses a dev dashboard of HWF", async show => {
    const wanted = { enterpriseId, plant: 'EAST-2', mode: 'dev' };
    await declined(show, 'mode dev', create(example, wanted), 'mode-not-allowed');
  });
  const trial = await step('A dev dashboard for Boost: Boost creates its own site, HWF returns the key', async show => {
    await declined(
      show,
      'no mode',
      create(example, { enterpriseId, plant: 'WEST-1', application: 'boost' }),
      'mode-required',
    );
    const created = await create(example, { enterpriseId, plant: 'WEST-1', application: 'boost', mode: 'dev' });
    showSite(show, created);
    assert.equal(created.mode, 'dev');
    return created.siteId;
  });
  await step("Boost uses it: HWF's guard admits it, and the dashboard shows the watermark", async show => {
    const { basis, watermark } = await reading(example, 'WEST-1');
    show('admitted by', basis);
    show('watermark', watermark);
    const { title } = z.object({ title: z.string() }).parse(await ask(`${hwf.url}/dashboards/${trial}`, 'GET', {}));
    show('the page', title);
    assert.deepEqual([basis, title], ['verdict', `[${watermark}] WEST-1`]);
    await declined(show, 'without a key', ask(`${hwf.url}/dashboards/${trial}/readings`, 'POST', {}), 'key-missing');
    await declined(show, 'without the token', ask(`${boost.url}/sites`, 'POST', {}), 'not-a-partner');
  });
  await step('HWF stores its keys in AWS Secrets Manager only, Boost in files of mode 0600', async show => {
    const kept = [...(await example.account.secrets())].filter(([, record]) => record.startsWith('{"key":'));
    for (const [name] of kept) show('secret', name);
    assert.deepEqual(kept.map(([name]) => name).sort(), [
      'license/hwf/keys/EAST-1',
      'license/hwf/keys/enterprise/acme',
    ]);
    for (const file of readdirSync(example.folders.boost)) {
      const mode = (statSync(join(example.folders.boost, file)).mode & 0o777).toString(8);
      if (file.startsWith('keys')) show('file', `${file} (0${mode})`);
      assert.equal(mode, '600');
    }
    for (const [, record] of kept)
      assert(!hwf.output().includes(z.object({ key: z.string() }).parse(JSON.parse(record)).key));
  });
  return { enterpriseId, own, trial };
}

async function create({ hwf }: ExampleRun, wanted: Record<string, string>) {
  return Created.parse(await ask(`${hwf.url}/dashboards`, 'POST', { body: wanted }));
}

function showSite(show: Show, { siteId, mode, key, watermark }: z.infer<typeof Created>): void {
  show('site', `${siteId}, ${mode}${watermark ? `, "${watermark}"` : ''}`);
  show('key', key);
}

const Reading = z.object({ basis: z.string(), watermark: z.string().optional() });

/** Makes Boost send a reading to HWF. @throws DeclinedError */
export async function reading({ hwf, boost }: ExampleRun, plant: string): Promise<z.infer<typeof Reading>> {
  const body = { hwf: hwf.url, value: 42 };
  return Reading.parse(await ask(`${boost.url}/sites/${plant}/readings`, 'POST', { body }));
}

/** Asserts that a call is refused with a code, and prints it. */
export async function declined(show: Show, what: string, asked: Promise<unknown>, code: string): Promise<void> {
  const error = await asked.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  assert(
    error instanceof DeclinedError,
    `${what} was not refused${error instanceof Error ? `: ${error.message}` : ''}`,
  );
  show(what, `refused, ${error.status} ${error.code}`);
  assert.equal(error.code, code);
}
