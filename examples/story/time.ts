import assert from 'node:assert/strict';
import * as z from 'zod';
import { day, quarterEnds, quarterOf } from '../../domain/kernel/time.ts';
import type { RunStep } from '../../local/demo/step-runner.ts';
import { ask } from '../json-service.ts';
import { eventually } from './eventually.ts';
import type { ExampleRun } from './example-run.ts';
import { declined, type Plants, reading } from './licenses.ts';

const LicenseStatus = z.object({
  allowed: z.boolean().optional(),
  basis: z.string().optional(),
  reason: z.string().optional(),
  generation: z.number(),
  expiresAt: z.number(),
  readings: z.number().default(0),
});

type ReadStatus = () => Promise<z.infer<typeof LicenseStatus>>;

/** Demonstrates a month, an outage and the end of a quarter, without manual actions. */
export async function demonstrateTime(example: ExampleRun, step: RunStep, plants: Plants): Promise<void> {
  const own = async () =>
    LicenseStatus.parse(await ask(`${example.hwf.url}/dashboards/${plants.own}/license`, 'GET', {}));
  const trial = async () => LicenseStatus.parse(await ask(`${example.boost.url}/sites/WEST-1/license`, 'GET', {}));
  await step(
    '25 days later Secrets Manager has rotated the key of HWF, and Boost has refreshed its own',
    async show => {
      await example.pass(25);
      for (const [name, read] of [['HWF', own] as const, ['Boost', trial] as const]) {
        const { generation, expiresAt } = await eventually(read, ({ generation }) => generation > 1);
        show(`${name}, ${example.today()}`, `generation ${generation}, expires ${dateOf(expiresAt)}`);
        assert(expiresAt > example.now() + 10 * day);
      }
      show('rotated keys', await rotatedKeys(example));
      show('readings admitted by', (await reading(example, 'WEST-1')).basis);
    },
  );
  await demonstrateOutage(example, step, own);
  await demonstrateQuarter(example, step, plants, [own, trial]);
}

/** Returns the number of rotated keys; asserts that the function has logged none of them. */
async function rotatedKeys({ account }: ExampleRun): Promise<number> {
  const { length } = account.rotationLog().match(/"outcome":"staged"/g) ?? [];
  assert(length > 0, 'Secrets Manager has rotated no key.');
  for (const record of (await account.secrets()).values()) {
    const [key] = /eyJ[\w.~-]+/.exec(record) ?? [];
    assert(!key || !account.rotationLog().includes(key));
  }
  return length;
}

async function demonstrateOutage(example: ExampleRun, step: RunStep, own: ReadStatus): Promise<void> {
  await step('The license server is stopped; 4 days later HWF works within its grace period of 5 days', async show => {
    // The grace period starts at the last verdict.
    const known = await eventually(own, ({ basis }) => basis === 'verdict');
    await example.stopServer();
    example.advanceWithoutServer(4);
    const { basis: ownBasis } = await eventually(own, ({ basis }) => basis === 'grace');
    show(`HWF, ${example.today()}`, `admitted by ${ownBasis}`);
    const { basis } = await eventually(
      async () => await reading(example, 'WEST-1'),
      ({ basis }) => basis === 'grace',
    );
    show('Boost', `admitted by ${basis}`);
    const { readings } = await eventually(own, ({ readings }) => readings > known.readings);
    show("HWF's job", `runs, ${readings} readings`);
  });
  await step('After a week without the server HWF refuses, and its job stops', async show => {
    example.advanceWithoutServer(3);
    const { reason } = await eventually(own, ({ allowed }) => allowed === false);
    show(`HWF, ${example.today()}`, `refuses, ${reason}`);
    assert.equal(reason, 'grace-ended');
    await eventually(
      async () => example.hwf.output(),
      output => output.includes('data of EAST-1: The license server could not be reached'),
    );
    await declined(show, 'Boost', reading(example, 'WEST-1'), 'grace-ended');
  });
  await step('The server is started again: HWF recovers automatically', async show => {
    await example.startServer();
    const { basis } = await eventually(own, ({ basis }) => basis === 'verdict');
    show('HWF', `admitted by ${basis}`);
    show('Boost', `admitted by ${(await reading(example, 'WEST-1')).basis}`);
  });
}

const maxStepDays = 10;

async function demonstrateQuarter(
  example: ExampleRun,
  step: RunStep,
  { enterpriseId }: Plants,
  keys: readonly ReadStatus[],
): Promise<void> {
  const quarter = quarterOf(example.now());
  await step(`${quarter} ends: HWF's manifest arrives, with the same numbers as the server's`, async show => {
    for (let left = leftOf(example); left > 0; left = leftOf(example)) await passWithKeys(Math.min(left, maxStepDays));
    const { applications, enterprises, differences, billed } = await eventually(
      async () => await example.operator.call('get-aggregate-stats', { quarter, application: 'hwf' }),
      ({ applications }) => applications[0]?.manifest.state === 'received',
    );
    const { receivedAt, sites } = applications[0]?.manifest ?? {};
    const own = enterprises.find(one => one.enterpriseId === enterpriseId);
    show('received', `${receivedAt}, ${sites?.production} production site`);
    show(enterpriseId, `HWF ${own?.manifest?.production}, server ${own?.closing.production}`);
    show('billed, differences', `${billed}, ${differences.length}`);
    assert.deepEqual([sites?.production, own?.closing.production, differences], [1, 1, []]);
  });
  /** Advances the clock, then waits until the services have refreshed their keys, however slow the machine is. */
  async function passWithKeys(days: number): Promise<void> {
    await example.pass(days, 'sweep-expiry');
    for (const read of keys) await eventually(read, ({ expiresAt }) => expiresAt > example.now());
  }
  function leftOf({ now }: ExampleRun): number {
    return Math.ceil((quarterEnds(quarter) - now()) / day);
  }
}

function dateOf(at: number): string {
  return new Date(at * 1000).toISOString().slice(0, 10);
}
