import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { KeyRings } from '../../domain/trust/key-ring.ts';
import { stages } from '../../lib/stages.ts';
import { announced, dropped, rings, switched } from '../support/clients/rotation.ts';
import { type CliFixture, startCliFixture } from './cli-fixture.ts';

const day = 86_400;
let fixture: CliFixture;
let file: string;
beforeAll(async () => {
  fixture = await startCliFixture();
  file = join(fixture.folder, 'key-rings.json');
});
beforeEach(() => write(rings({})));
afterAll(async () => await fixture.close());

const other = rings({ root: dropped });
function write(prod: KeyRings): void {
  writeFileSync(file, JSON.stringify({ prod, other }));
}
function written(): KeyRings {
  const all = JSON.parse(readFileSync(file, 'utf8'));
  expect(all.other).toEqual(other);
  return KeyRings.parse(all.prod);
}
const rotate = async (...args: string[]) => await fixture.cli('rotate', ...args, '--profile', 'operator');
const ofStage = ['--stage', 'prod', '--rings'];

describe('license-server rotate', () => {
  it('shows the plan of a Root: previous, current, next, what the step does, and changes nothing', async () => {
    const { stdout, code } = await rotate('root', ...ofStage, file);
    const { roots } = await fixture.server.hwf.call('get-trust', {});
    expect(stdout).toMatch(/^ {2}role +generation +key/m);
    expect(stdout).toMatch(/^ {2}previous +–$/m);
    expect(stdout).toMatch(new RegExp(`^ {2}current +1 +${roots[0]?.kid} +since 20`, 'm'));
    expect(stdout).toMatch(/^ {2}next +–$/m);
    expect(stdout).toContain('Next step: announce. Creates the key of generation 2.');
    expect(stdout).toContain("npx cdk deploy -c stage=prod 'prod/*'");
    expect([code, written()]).toEqual([0, rings({})]);
  });

  it('walks a Root through its steps, each only when the one before is deployed and its time has come', async () => {
    const { world, clock } = fixture.server;
    const step = async (...more: string[]) => await rotate('root', ...ofStage, file, '--yes', ...more);
    expect((await step()).code).toBe(0);
    expect(written()).toEqual(rings({ root: announced }));

    const early = await step('--compromised');
    expect([early.code, early.stderr]).toEqual([2, expect.stringContaining('Run npx cdk deploy')]);
    const today = clock.at;
    await world.deploy(rings({ root: announced }));
    clock.at += 89 * day;
    const tooEarly = await step();
    expect([tooEarly.code, tooEarly.stderr]).toEqual([
      2,
      expect.stringMatching(/too early: expected not before 20\d\d-/),
    ]);
    expect(written()).toEqual(rings({ root: announced }));
    expect((await step('--compromised')).code).toBe(0);
    expect(written()).toEqual(rings({ root: switched }));

    await world.deploy(rings({ root: switched }));
    clock.at += 121 * day;
    expect((await step()).stderr).toContain('too early');
    expect((await rotate('root', ...ofStage, file)).stdout).toMatch(
      /previous +1[\s\S]*Next step: drop[\s\S]*Not before 20/,
    );
    clock.at = today;
  });

  it('plans the key of an Org, and leaves the other rings as they are', async () => {
    await fixture.server.world.deploy(rings({}));
    const { code, stdout } = await rotate('org', 'hub', ...ofStage, file, '--yes');
    expect([code, stdout]).toEqual([0, expect.stringContaining('Org hub of stage prod')]);
    expect(written()).toEqual(rings({ hub: announced }));
  });

  it.each([
    ['an Org that the server has not', ['org', 'nope'], 'The Org nope is unknown: expected one of hub.'],
    ['a stage that the file has not', ['root', '--stage', 'nope'], 'expected one of prod, other'],
    ['a file that is not there', ['root', '--rings', '/nowhere/rings.json'], 'use --rings'],
    ['a step that can’t be taken', ['root', '--step', 'drop'], 'drop a previous key'],
    ['a step that there is not', ['root', '--step', 'leap'], 'Allowed choices are announce, switch, drop'],
  ])('names the remedy for %s', async (_title, args, remedy) => {
    const { code, stderr } = await rotate(...args.slice(0, 1), ...ofStage, file, ...args.slice(1));
    expect([code, stderr]).toEqual([2, expect.stringContaining(remedy)]);
    expect(written()).toEqual(rings({}));
  });

  it('says so when the server can’t be reached', async () => {
    const { code, stderr } = await fixture.cli('rotate', 'root', ...ofStage, file, '--url', 'http://127.0.0.1:9');
    expect([code, stderr]).toEqual([3, expect.stringContaining("can't be reached")]);
  });

  it('reads the file of the project when none is named', async () => {
    const { stdout } = await rotate('root', '--stage', stages.dev.name);
    expect(stdout).toContain('lib/key-rings.json');
  });
});

describe('license-server rotate enterprise', () => {
  it('shows the plan, then lets the server do it', async () => {
    const { enterpriseId } = await fixture.server.hwf.call('create-enterprise', {});
    const plan = await rotate('enterprise', enterpriseId);
    expect(plan.stdout).toMatch(/previous +–\n {2}current +1 +[\w-]{43} .*\n {2}next +2 +created by the rotation/);
    expect(plan.stdout).toContain('Use --yes to execute it');
    const before = await fixture.server.hwf.call('get-enterprise', { enterpriseId });
    expect(before.signingKey?.generation).toBe(1);

    const done = await rotate('enterprise', enterpriseId, '--compromised', '--yes');
    expect(done.stdout).toMatch(/generation 1 is disabled[\s\S]*Done[\s\S]*previous +1 [\s\S]*current +2 /);
    const after = await fixture.server.hwf.call('get-enterprise', { enterpriseId });
    expect(after).toMatchObject({
      signingKey: { generation: 2 },
      previousSigningKey: { ...before.signingKey, reason: 'compromised' },
    });
  });

  it('repeats a rotation without doing it twice', async () => {
    const { enterpriseId } = await fixture.server.hwf.call('create-enterprise', {});
    const same = ['--idempotency-key', crypto.randomUUID(), '--yes'];
    await rotate('enterprise', enterpriseId, ...same);
    await rotate('enterprise', enterpriseId, ...same);
    const { signingKey } = await fixture.server.hwf.call('get-enterprise', { enterpriseId });
    expect(signingKey?.generation).toBe(2);
  });

  it('ends with 1 when the server refuses, and with 2 for what is no id', async () => {
    const absent = await rotate('enterprise', 'hub-aaaaaaaaaaaaaaaa', '--yes');
    expect([absent.code, absent.stderr]).toEqual([1, expect.stringContaining('not-found')]);
    expect((await rotate('enterprise', 'Veolia')).code).toBe(2);
    const { enterpriseId } = await fixture.server.hwf.call('create-enterprise', {});
    const notMine = await fixture.cli('rotate', 'enterprise', enterpriseId, '--yes', '--profile', 'desk');
    expect([notMine.code, notMine.stderr]).toEqual([1, expect.stringContaining('not-permitted')]);
  });
});
