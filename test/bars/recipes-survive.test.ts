import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newFolder } from '../cli/cli-fixture.ts';
import { type Loss, type LossyProxy, startLossyProxy } from '../support/aws/lossy-proxy.ts';
import { barCount } from '../support/bar-count.ts';
import { clockAhead } from '../support/clients/clock-ahead.ts';
import { type Language, languages, type Recipe, titleOf } from '../support/clients/recipes.ts';
import { captureOutput } from '../support/output.ts';
import { mapConcurrently, type SeededRandom, seeded } from '../support/seeded.ts';
import { policies, startServer, type TestServer } from '../support/server/server.ts';

const seed = 20261121;
const workerCount = 2;
const tryAgain = 75;
/** Starts of processes are slow: each language gets what it can afford. */
const pointsOf: Readonly<Record<string, number>> = {
  Python: barCount(40, 14),
  Java: barCount(12, 8),
  shell: 8,
};
/** Python can be killed at each of its steps; all can when their request, or its answer, is lost. */
const dying = ['python3', 'test/recipes/dying_refresh.py'];
const fatesOf = ({ name }: Language) => [...(name === 'Python' ? ['dies'] : []), 'dies with it', 'lives'];
const losses: readonly Loss[] = ['request lost', 'answer lost', 'answer torn', 'answered'];

const output = captureOutput();
let server: TestServer;
let folder: string;
let enterpriseId: string;
let keyid: string;
let proxies: LossyProxy[];
beforeAll(async () => {
  server = await startServer();
  server.meter.records = false;
  folder = newFolder();
  const { client, key, pem } = await server.register('desk', policies.boost);
  keyid = key.keyid;
  writeFileSync(join(folder, 'desk.pem'), pem, { mode: 0o600 });
  writeFileSync(join(folder, 'root.json'), JSON.stringify(server.world.root));
  ({ enterpriseId } = await client.call('create-enterprise', {}));
  desk = client;
  proxies = await Promise.all(Array.from({ length: workerCount }, async () => await startLossyProxy(server.url)));
});
afterAll(async () => {
  await Promise.all(proxies.map(async proxy => await proxy.close()));
  await server.close();
  rmSync(folder, { recursive: true });
  output.restore();
});
let desk: TestServer['boost'];

for (const language of languages) {
  const points = pointsOf[language.name] ?? 0;
  (language.missing === undefined ? describe : describe.skip)(`R1 by ${titleOf(language)}`, () => {
    it(`ends with exactly one valid key, the one in its record (seed ${seed}, ${points} points)`, async () => {
      language.prepare?.(folder);
      const met = new Map<string, number>();
      await mapConcurrently(workerCount, points, async (number, worker) => {
        const proxy = proxies[worker];
        if (proxy)
          await disturb(language, number, proxy, met).catch((error: unknown) => Promise.reject(at(number, error)));
      });
      expect([...met.keys()].sort()).toEqual([...fatesOf(language), ...losses].sort());
    });
  });
}

/** A new site, and refreshes of its key that are disturbed, some two at a time, then one that is not. */
async function disturb(language: Language, number: number, proxy: LossyProxy, met: Map<string, number>) {
  const random = seeded(seed + number);
  const siteRef = `${language.name}-${number}`;
  const { key } = await desk.call('create-site', { enterpriseId, siteRef, state: 'active', mode: 'dev' } as never);
  const record = join(folder, `${siteRef}.json`);
  writeFileSync(record, JSON.stringify({ key }), { mode: 0o600 });
  proxy.left.clear();
  proxy.left.add(key);
  for (let round = 1 + random.below(2); round > 0; round--) {
    const processes = random.chance(0.3) ? 2 : 1;
    await Promise.all(
      Array.from({ length: processes }, async () => await doomed(language, record, proxy, random, met)),
    );
    proxy.losses.length = 0;
  }
  expect(await run(language.refresh(folder), record, proxy)).toBe(0);
  expect(await validOf(proxy.left)).toEqual([JSON.parse(readFileSync(record, 'utf8')).key]);
  // No draft with a key in it stays behind of those that died.
  const around = readdirSync(folder).filter(file => file.startsWith(`${siteRef}.json`));
  expect(around.sort()).toEqual([`${siteRef}.json`, `${siteRef}.json.lock`]);
}

async function doomed(
  language: Language,
  record: string,
  proxy: LossyProxy,
  random: SeededRandom,
  met: Map<string, number>,
) {
  const loss = random.pick(losses);
  const fate = random.pick(fatesOf(language));
  for (const one of [loss, fate]) met.set(one, (met.get(one) ?? 0) + 1);
  proxy.losses.push(loss, ...(random.chance(0.5) ? [random.pick(losses)] : []));
  const when = random.pick(['before', 'after']);
  const command = fate === 'dies' ? [...dying, String(1 + random.below(8)), when] : language.refresh(folder);
  const code = await run(command, record, proxy, fate === 'dies with it');
  // Refused would be locked out; no exit code is a kill.
  expect([0, tryAgain, null]).toContain(code);
}

/** @returns the exit code; null when it was killed */
async function run([program = '', ...args]: Recipe, record: string, proxy: LossyProxy, dies = false) {
  const child = spawn(program, [...args, record, 'now'], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: environment(proxy),
  });
  if (dies) proxy.onLoss = () => child.kill('SIGKILL');
  let complaints = '';
  child.stderr.setEncoding('utf8').on('data', text => {
    complaints += text;
  });
  const [code] = await once(child, 'close');
  proxy.onLoss = () => {};
  if (code === 1) throw new Error(complaints);
  return code;
}

function environment(proxy: LossyProxy): NodeJS.ProcessEnv {
  return {
    ...process.env,
    no_proxy: '127.0.0.1',
    PYTHONPATH: 'docs/examples',
    LICENSE_SERVER_URL: proxy.url,
    LICENSE_SERVER_KEYID: keyid,
    LICENSE_SERVER_KEY: join(folder, 'desk.pem'),
    LICENSE_SERVER_ROOT: join(folder, 'root.json'),
    ...clockAhead(server.clock),
  };
}

async function validOf(keys: ReadonlySet<string>): Promise<string[]> {
  const verdicts = await Promise.all(
    [...keys].map(async key => ({ key, valid: (await desk.call('check-validity', { key })).valid })),
  );
  return verdicts.filter(({ valid }) => valid).map(({ key }) => key);
}

function at(number: number, cause: unknown): Error {
  return new Error(`point ${number}: ${cause instanceof Error ? cause.message : cause}`, { cause });
}
