import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { thumbprintOf } from '../../domain/chain/thumbprint.ts';
import { announced, dropped, rings, switched } from '../support/clients/rotation.ts';
import { newSigner } from '../support/vectors/signed-statement.ts';
import { type CliFixture, startCliFixture } from './cli-fixture.ts';

describe('license-server trust show, while keys are replaced', () => {
  let fixture: CliFixture;
  let first: string;
  let second: string;
  beforeAll(async () => {
    fixture = await startCliFixture();
    first = await thumbprintOf(fixture.server.world.root);
  });
  afterAll(async () => await fixture.close());

  const show = async (...args: string[]) =>
    await fixture.cliWith({}, 'trust', 'show', '--url', fixture.server.url, ...args);
  const trust = async () => await fixture.server.hwf.call('get-trust', {});

  it('shows the next Root, and that the pinned one has announced it', async () => {
    await fixture.server.world.deploy(rings({ root: announced }));
    second = (await trust()).roots[1]?.kid ?? '';
    const { code, stdout, stderr } = await show('--root', first);
    expect(code).toBe(0);
    expect(stdout).toMatch(new RegExp(`^Root +current +${first} +20.+\\nRoot +next +${second} +20`, 'm'));
    expect(stdout).toContain(`\n${first} has announced ${second}\n`);
    expect(stdout).toContain('The pinned Root is the current one.');
    expect(stderr).toBe(
      `WARNING: The pinned Root has announced ${second}, with a valid signature. Pin that Root too, in time.\n`,
    );
  });

  it('tells a client that has pinned the next one alone that it certifies nothing yet', async () => {
    const { code, stdout, stderr } = await show('--root', second);
    expect([code, stdout]).toEqual([0, expect.stringContaining('The pinned Root is the next one.')]);
    expect(stderr).toMatch(/^WARNING: The pinned Root is the next one .* Pin the current one too\.\n$/);
  });

  it('writes the next one, after the switch too, and goes on for who has pinned the former', async () => {
    await fixture.server.world.deploy(rings({ root: switched }));
    const former = await show('--root', first, '--json');
    const out = join(fixture.folder, 'second.jwk.json');
    const latter = await show('--root', second, '--out', out);
    const { pin } = JSON.parse(former.stdout);
    expect([former.code, pin]).toMatchObject([
      0,
      { shown: { role: 'previous' }, warnings: [expect.stringContaining(second)] },
    ]);
    expect([latter.code, latter.stderr]).toEqual([0, '']);
    expect(latter.stdout).toContain('The pinned Root is the current one.');
    expect((await show('--root', out)).code).toBe(0);
  });

  it('warns who has pinned a Root that was dropped', async () => {
    await fixture.server.world.deploy(rings({ root: dropped }));
    const { code, stderr } = await show('--root', first);
    expect([code, stderr]).toEqual([1, expect.stringContaining('the pin missed a rotation')]);
    expect((await show('--root', second)).code).toBe(0);
  });

  it('shows the keys of an Org by their roles, and finds no fault with them', async () => {
    for (const [ring, roles] of [
      [announced, ['current', 'next']],
      [switched, ['current', 'previous']],
      [dropped, ['current']],
    ] as const) {
      await fixture.server.world.deploy(rings({ root: dropped, hub: ring }));
      const { code, stdout, stderr } = await show('--root', second);
      expect([code, stderr]).toEqual([0, '']);
      expect([...stdout.matchAll(/^Org hub +(\w+) /gm)].map(([, role]) => role)).toEqual(roles);
    }
  });

  describe('by a server that lies', () => {
    /** The answer of the real one, changed. */
    async function showOfLiar(change: (trust: Awaited<ReturnType<typeof genuine>>) => unknown, ...args: string[]) {
      const answer = JSON.stringify(change(await genuine()));
      const liar = createServer((_request, response) => {
        response.writeHead(200, { 'content-type': 'application/json' }).end(answer);
      });
      await new Promise<void>(resolve => liar.listen(0, '127.0.0.1', resolve));
      const url = `http://127.0.0.1:${Object(liar.address()).port}/local`;
      const ran = await fixture.cliWith({}, 'trust', 'show', '--url', url, ...args);
      liar.close();
      return ran;
    }
    const genuine = async () => Object(await trust());
    const other = newSigner().root;

    it('computes each fingerprint from its key', async () => {
      const { stdout } = await showOfLiar(({ roots, ...rest }) => ({
        ...rest,
        roots: [{ ...roots[0], jwk: other.jwk }],
      }));
      expect(stdout).toMatch(new RegExp(`^Root +current +${other.kid} `, 'm'));
      expect(stdout).not.toMatch(new RegExp(`^Root .*${second}`, 'm'));
    });

    it('does not believe a key of an Org that its link does not name', async () => {
      const lie = ({ orgs: [hub], ...rest }: { orgs: { keys: object[] }[] }) => ({
        ...rest,
        orgs: [{ ...hub, keys: [{ ...hub?.keys[0], jwk: other.jwk }] }],
      });
      const { code, stderr } = await showOfLiar(lie, '--root', second);
      expect([code, stderr]).toEqual([1, expect.stringContaining('differs from the one in its link. Do not trust it')]);
    });

    it('does not believe a successor that the pinned Root has not signed', async () => {
      const successors = [{ announcedBy: second, kid: other.kid, announcement: 'a.b.c' }];
      const { stderr } = await showOfLiar(rest => ({ ...rest, successors }), '--root', second);
      expect(stderr).not.toContain('with a valid signature');
    });

    it.each([
      ['nothing', {}],
      ['other things', { roots: [{ kid: 'x', jwk: {}, role: 'current' }], successors: [], orgs: [] }],
    ])('and ends with 2 for one that says %s', async (_what, answer) => {
      const { code, stdout, stderr } = await showOfLiar(() => answer);
      expect([code, stdout, stderr]).toEqual([2, '', expect.stringContaining('is not a license server')]);
    });
  });

  it('warns of a Root that was never one, and does not write it', async () => {
    const pin = join(fixture.folder, 'never.jwk.json');
    writeFileSync(pin, JSON.stringify(newSigner().root.jwk));
    expect((await show('--root', pin)).code).toBe(1);
  });
});
