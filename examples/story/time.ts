import assert from 'node:assert/strict';
import * as z from 'zod';
import { day, quarterEnds, quarterOf } from '../../domain/kernel/time.ts';
import type { Narrate } from '../../local/demo/narrator.ts';
import { ask } from '../json-service.ts';
import { eventually } from './eventually.ts';
import { declined, type Plants, reading } from './licenses.ts';
import type { Stage } from './stage.ts';

const Standing = z.object({
  allowed: z.boolean().optional(),
  basis: z.string().optional(),
  reason: z.string().optional(),
  generation: z.number(),
  expiresAt: z.number(),
  readings: z.number().default(0),
});

type Look = () => Promise<z.infer<typeof Standing>>;

/** A month, an outage and the end of a quarter: nobody does anything by hand. */
export async function tellTime(stage: Stage, tell: Narrate, plants: Plants): Promise<void> {
  const own = async () => Standing.parse(await ask(`${stage.hwf.url}/dashboards/${plants.own}/license`, 'GET', {}));
  const trial = async () => Standing.parse(await ask(`${stage.boost.url}/sites/WEST-1/license`, 'GET', {}));
  await tell('25 days later: Secrets Manager has rotated the key of HWF, Boost has refreshed its own', async show => {
    await stage.pass(25);
    for (const [name, look] of [['HWF', own] as const, ['Boost', trial] as const]) {
      const { generation, expiresAt } = await eventually(look, ({ generation }) => generation > 1);
      show(`${name}, ${stage.today()}`, `generation ${generation}, until ${dateOf(expiresAt)}`);
      assert(expiresAt > stage.now() + 10 * day);
    }
    show('keys that it refreshed', await rotatedKeys(stage));
    show('readings go on', (await reading(stage, 'WEST-1')).basis);
  });
  await tellOutage(stage, tell, own);
  await tellQuarter(stage, tell, plants, [own, trial]);
}

/** @returns how many; the function that did it has logged none of them */
async function rotatedKeys({ account }: Stage): Promise<number> {
  const { length } = account.rotationLog().match(/"outcome":"staged"/g) ?? [];
  assert(length > 0, 'It was not Secrets Manager that refreshed them.');
  for (const record of (await account.secrets()).values()) {
    const [key] = /eyJ[\w.~-]+/.exec(record) ?? [];
    assert(!key || !account.rotationLog().includes(key));
  }
  return length;
}

async function tellOutage(stage: Stage, tell: Narrate, own: Look): Promise<void> {
  await tell('The license server goes away; 4 days later HWF works on inside its grace of 5 days', async show => {
    // What is known now counts from now on.
    const known = await eventually(own, ({ basis }) => basis === 'verdict');
    await stage.stopServer();
    stage.passWithoutServer(4);
    const { basis: ownBasis } = await eventually(own, ({ basis }) => basis === 'grace');
    show(`HWF, ${stage.today()}`, `works, by ${ownBasis}`);
    const { basis } = await eventually(
      async () => await reading(stage, 'WEST-1'),
      ({ basis }) => basis === 'grace',
    );
    show('Boost', `let in, by ${basis}`);
    const { readings } = await eventually(own, ({ readings }) => readings > known.readings);
    show("HWF's own job", `runs, ${readings} readings`);
  });
  await tell('A week without the server: HWF refuses, and its job stops', async show => {
    stage.passWithoutServer(3);
    const { reason } = await eventually(own, ({ allowed }) => allowed === false);
    show(`HWF, ${stage.today()}`, `refuses, ${reason}`);
    assert.equal(reason, 'grace-ended');
    await eventually(
      async () => stage.hwf.output(),
      output => output.includes('data of EAST-1: The license server could not be reached'),
    );
    await declined(show, 'Boost', reading(stage, 'WEST-1'), 'grace-ended');
  });
  await tell('The server is back: HWF recovers by itself', async show => {
    await stage.startServer();
    const { basis } = await eventually(own, ({ basis }) => basis === 'verdict');
    show('HWF', `works, by ${basis}`);
    show('Boost', `let in, by ${(await reading(stage, 'WEST-1')).basis}`);
  });
}

const longestPassDays = 10;

async function tellQuarter(
  stage: Stage,
  tell: Narrate,
  { enterpriseId }: Plants,
  keys: readonly Look[],
): Promise<void> {
  const quarter = quarterOf(stage.now());
  await tell(`${quarter} ends: HWF's manifest arrives, with the same number as the server's own`, async show => {
    for (let left = leftOf(stage); left > 0; left = leftOf(stage)) await passWithKeys(Math.min(left, longestPassDays));
    const { applications, enterprises, differences, billed } = await eventually(
      async () => await stage.operator.call('get-aggregate-stats', { quarter, application: 'hwf' }),
      ({ applications }) => applications[0]?.manifest.state === 'received',
    );
    const { receivedAt, sites } = applications[0]?.manifest ?? {};
    const own = enterprises.find(one => one.enterpriseId === enterpriseId);
    show('received', `${receivedAt}, ${sites?.production} production site`);
    show(enterpriseId, `HWF ${own?.manifest?.production}, server ${own?.closing.production}`);
    show('billed, differences', `${billed}, ${differences.length}`);
    assert.deepEqual([sites?.production, own?.closing.production, differences], [1, 1, []]);
  });
  /** The services refresh their keys by themselves; the next days pass only after that, however slow the machine is. */
  async function passWithKeys(days: number): Promise<void> {
    await stage.pass(days, 'sweep-expiry');
    for (const look of keys) await eventually(look, ({ expiresAt }) => expiresAt > stage.now());
  }
  function leftOf({ now }: Stage): number {
    return Math.ceil((quarterEnds(quarter) - now()) / day);
  }
}

function dateOf(at: number): string {
  return new Date(at * 1000).toISOString().slice(0, 10);
}
