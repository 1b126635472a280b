import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { thumbprintOf } from '../../domain/chain/thumbprint.ts';
import { newSigner } from '../support/vectors/signed-statement.ts';
import { type CliFixture, startCliFixture } from './cli-fixture.ts';

describe('what is verified under a pinned Root', () => {
  let fixture: CliFixture;
  let key: string;
  let keyFile: string;
  let root: string;
  let otherRoot: string;
  let siteId: string;
  beforeAll(async () => {
    fixture = await startCliFixture();
    const { server, folder } = fixture;
    const { enterpriseId } = await server.boost.call('create-enterprise', {});
    const site = { enterpriseId, siteRef: 'A-1', state: 'active', mode: 'dev' } as const;
    ({ key, siteId } = await server.boost.call('create-site', site));
    keyFile = join(folder, 'site.key');
    root = join(folder, 'root.jwk.json');
    otherRoot = join(folder, 'other.jwk.json');
    writeFileSync(keyFile, `${key}\n`);
    writeFileSync(root, JSON.stringify(server.world.root));
    writeFileSync(otherRoot, JSON.stringify(newSigner().root.jwk));
  });
  afterAll(async () => await fixture.close());

  const verify = async (...args: string[]) => await fixture.cliWith({}, 'verify', ...args);

  describe('license-server verify', () => {
    it('shows what a genuine key says, without a server, and not the key', async () => {
      const { code, stdout } = await verify(`@${keyFile}`, '--root', root);
      expect(code).toBe(0);
      expect(stdout).toMatch(new RegExp(`^subject +site:${siteId}$`, 'm'));
      expect(stdout).toMatch(/^mode +dev$/m);
      expect(stdout).not.toContain(key.slice(0, 40));
    });

    it('gives the claims as JSON', async () => {
      const { stdout } = await verify(key, '--root', root, '--json');
      expect(JSON.parse(stdout)).toMatchObject({ genuine: true, type: 'site-key+jwt', claims: { mode: 'dev' } });
    });

    it('takes several Roots while one is replaced', async () => {
      expect((await verify(key, '--root', otherRoot, '--root', root)).code).toBe(0);
    });

    it('verifies the token of an application, and a verdict; one that says no ends with 1', async () => {
      const { token } = await fixture.server.boost.call('get-own-application', {});
      const own = await verify(token, '--root', root);
      const { verdict } = await fixture.server.boost.call('check-validity', { key: `${key.slice(0, -4)}AAAA` });
      const no = await verify(verdict, '--root', root);
      expect([own.code, own.stdout]).toEqual([0, expect.stringMatching(/^application +application:hub\/boost$/m)]);
      expect([no.code, no.stdout]).toEqual([1, expect.stringMatching(/^valid +NO: key-not-genuine$/m)]);
    });

    it.each([
      ['under another Root', () => [key, '--root', otherRoot], 'unknown-root', 'trust show --root'],
      ['that was changed', () => [tampered(key), '--root', root], 'bad-signature', 'changed after it was signed'],
      ['that is none', () => ['nonsense', '--root', root], 'malformed', 'copied completely'],
      ['after its end', () => [key, '--root', root, '--at', '2099-01-01T00:00:00Z'], 'expired', 'refresh-key'],
    ])('refuses a key %s with the reason and the remedy', async (_what, args, reason, remedy) => {
      const { code, stdout, stderr } = await verify(...args());
      const json = await verify(...args(), '--json');
      expect([code, stdout]).toEqual([1, '']);
      expect(stderr).toContain(`REFUSED (${reason})`);
      expect(stderr).toContain(remedy);
      expect([json.code, JSON.parse(json.stdout)]).toMatchObject([1, { genuine: false, reason }]);
    });

    it('says how to get the Root for a thumbprint', async () => {
      const { code, stderr } = await verify(key, '--root', await thumbprintOf(fixture.server.world.root));
      expect([code, stderr]).toEqual([2, expect.stringContaining('trust show --root')]);
    });
  });

  describe('license-server trust show', () => {
    const show = async (...args: string[]) =>
      await fixture.cliWith({}, 'trust', 'show', '--url', fixture.server.url, ...args);

    it('shows the fingerprints with their roles', async () => {
      const { code, stdout } = await show();
      expect(code).toBe(0);
      expect(stdout).toMatch(new RegExp(`^Root +current +${await thumbprintOf(fixture.server.world.root)}`, 'm'));
      expect(stdout).toMatch(/^Org hub +current/m);
    });

    it('says that the pinned Root is there, and writes it for others', async () => {
      const out = join(fixture.folder, 'written.jwk.json');
      const thumbprint = await thumbprintOf(fixture.server.world.root);
      const { code, stdout, stderr } = await show('--root', thumbprint, '--out', out);
      expect([code, stderr]).toEqual([0, '']);
      expect(stdout).toContain('The pinned Root is the current one.');
      expect((await verify(key, '--root', out)).code).toBe(0);
    });

    it('warns of a server that does not show the pinned Root, and writes nothing', async () => {
      const out = join(fixture.folder, 'never.jwk.json');
      const { code, stderr } = await show('--root', otherRoot, '--out', out);
      expect([code, stderr]).toEqual([1, expect.stringContaining('WARNING: The pinned Root')]);
      expect((await verify(key, '--root', out)).code).toBe(2);
    });
  });
});

/** Another mode, as the customer would like it: the payload no longer matches its signature. */
function tampered(key: string): string {
  const [header, payload = '', ...rest] = key.split('.');
  const claims = Buffer.from(payload, 'base64url').toString().replace('"dev"', '"production"');
  return [header, Buffer.from(claims).toString('base64url'), ...rest].join('.');
}
