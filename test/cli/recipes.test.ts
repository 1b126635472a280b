import { execFile, execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Client } from '../../sdk/client.ts';
import { root } from '../local/start-fixture.ts';
import { barCount } from '../support/bar-count.ts';
import { clockAhead } from '../support/clients/clock-ahead.ts';
import { type Language, languages, titleOf } from '../support/clients/recipes.ts';
import { hangsAfterMs } from '../support/hangs-after.ts';
import { mapConcurrently } from '../support/seeded.ts';
import { otherRoot } from '../support/tamper/chain-world.ts';
import { type CliFixture, startCliFixture } from './cli-fixture.ts';

// Each test starts processes, and the machine may be busy.
/** A key lives up to 31 days, and is refreshed from 10 days before its end, at most 36 hours later. */
const whenDue = 23 * 86_400;
const vectors = JSON.parse(readFileSync(join(root, 'docs/vectors/chain.json'), 'utf8'));
const signatures = JSON.parse(readFileSync(join(root, 'docs/vectors/signatures.json'), 'utf8'));

let fixture: CliFixture;
let desk: Client;
let enterprise: { enterpriseId: string; key: string };
beforeAll(async () => {
  fixture = await startCliFixture();
  writeFileSync(join(fixture.folder, 'root.json'), JSON.stringify(fixture.server.world.root));
  writeFileSync(join(fixture.folder, 'other-root.json'), JSON.stringify(otherRoot.jwk));
  writeFileSync(bothRootsFile(), JSON.stringify([otherRoot.jwk, fixture.server.world.root], undefined, 2));
  writeFileSync(join(fixture.folder, 'no-root.json'), '[{"kty": "oct"}]');
  desk = fixture.desk;
  enterprise = await desk.call('create-enterprise', {});
});
afterAll(async () => await fixture.close());

for (const language of languages)
  (language.missing === undefined ? describe : describe.skip)(`the recipes in ${titleOf(language)}`, () => {
    beforeAll(() => language.prepare?.(fixture.folder));

    it('verify what the server has issued, under the pinned Root alone', async () => {
      const { key, siteId } = await newSite(`${language.name}-1`);
      const command = language.verify(fixture.folder);
      const site = await run(command, [rootFile()], key);
      expect(site).toMatchObject({ code: 0, claims: { sub: `site:${siteId}`, mode: 'dev' } });
      expect(await run(command, [rootFile()], enterprise.key)).toMatchObject({
        claims: { sub: `enterprise:${enterprise.enterpriseId}` },
      });
      expect(await run(command, [join(fixture.folder, 'other-root.json')], key)).toMatchObject({
        code: 1,
        stderr: expect.stringMatching(/^unknown-root/),
      });
      const nonce = `nonce-of-the-${language.name}-recipe`;
      const { verdict } = await desk.call('check-validity', { key }, { nonce });
      const asked = [rootFile(), nonce, 'application:hub/desk', String(site.claims.jti), `site:${siteId}`];
      expect(await run(command, asked, verdict)).toMatchObject({ code: 0, claims: { valid: true } });
      expect(await run(command, asked.with(1, 'another'), verdict)).toMatchObject({
        code: 1,
        stderr: expect.stringMatching(/^other-nonce/),
      });
    });

    it('take two pinned Roots while the Root is replaced', async () => {
      const { key } = await newSite(`${language.name}-4`);
      const record = recordOf(`${language.name}-4`, key);
      const pinned = { LICENSE_SERVER_ROOT: bothRootsFile() };
      expect(await run(language.refresh(fixture.folder), [record, 'now'], '', pinned)).toMatchObject({ code: 0 });
      const next = keyIn(record);
      expect(next).not.toBe(key);
      expect(await run(language.verify(fixture.folder), [bothRootsFile()], next)).toMatchObject({ code: 0 });
    });

    it.each(['no-root.json', 'missing.json', 'recipes-are-no-root', 'empty-list.json'])(
      'name the file that is no Root: %s',
      async name => {
        const file = join(fixture.folder, name);
        if (!name.endsWith('.json')) writeFileSync(file, 'not JSON');
        if (name.startsWith('empty')) writeFileSync(file, '[]');
        const { code, stderr } = await run(language.verify(fixture.folder), [file], enterprise.key);
        expect([code, stderr]).toEqual([1, expect.stringContaining(`${file} is invalid: expected`)]);
        expect(stderr.split('\n').length).toBeLessThan(4);
      },
    );

    it('refresh a key when it is due, not before, and then rest', async () => {
      const { key } = await newSite(`${language.name}-2`);
      const record = recordOf(`${language.name}-2`, key);
      const command = language.refresh(fixture.folder);
      expect(await run(command, [record])).toMatchObject({ code: 0 });
      expect(keyIn(record)).toBe(key);
      fixture.server.clock.at += whenDue;
      expect(await run(command, [record])).toMatchObject({ code: 0 });
      const next = keyIn(record);
      expect(await run(command, [record])).toMatchObject({ code: 0 });
      fixture.server.clock.at -= whenDue;
      expect(next).not.toBe(key);
      expect(keyIn(record)).toBe(next);
    });

    it('promote a site, refresh an enterprise key, and stop when another holder has refreshed', async () => {
      const { key, siteId } = await newSite(`${language.name}-3`);
      const record = recordOf(`${language.name}-3`, key);
      const command = language.refresh(fixture.folder);
      expect(await run(command, [record, 'production'])).toMatchObject({ code: 0 });
      expect(await desk.call('get-site', { siteId })).toMatchObject({ mode: 'production' });
      const own = recordOf(`${language.name}-own`, enterprise.key);
      expect(await run(command, [own, 'now'])).toMatchObject({ code: 0 });
      expect(keyIn(own)).not.toBe(enterprise.key);
      enterprise = { ...enterprise, key: keyIn(own) };
      const clone = recordOf(`${language.name}-clone`, key);
      expect(await run(command, [clone, 'now'])).toMatchObject({
        code: 1,
        stderr: expect.stringContaining('key-superseded'),
      });
      expect(keyIn(clone)).toBe(key);
    });

    it('agree with the vectors of the chain', async () => {
      const all = [...vectors.tokens, ...vectors.verdicts];
      const mine = language.name === 'shell' ? all.filter(isForShell).filter(isInSample) : all;
      const said = language.name === 'shell' ? await byShell(language, mine) : inOneProcess(language, mine);
      const different = mine.filter((vector, i) => !agrees(vector, said[i])).map(({ name }) => name);
      expect(different).toEqual([]);
      expect(mine.length).toBeGreaterThan(language.name === 'shell' ? barCount(130, 30) : 130);
    });
  });

(languages[1]?.missing === undefined ? it : it.skip)('Python signs as the vectors of requests', () => {
  const program = [
    'import json, sys, signed_request as s',
    'from cryptography.hazmat.primitives.serialization import load_pem_private_key as load',
    'v = json.load(sys.stdin); keys = {k["keyid"]: load(k["pem"].encode(), None) for k in v["keys"]}',
    'print(json.dumps([s.signed_headers(r["method"], r["url"], r.get("body", "").encode(), keys[r["keyid"]], r["keyid"], r.get("idempotencyKey"), r["created"], r["nonce"]) for r in v["requests"]]))',
  ].join('\n');
  const said = JSON.parse(python(['-c', program], JSON.stringify(signatures)));
  for (const [i, { keyid, headers }] of signatures.requests.entries()) {
    const { signature, ...others } = headers;
    expect(said[i]).toMatchObject(keyid === signatures.keys[0].keyid ? headers : others);
  }
});

interface Vector {
  readonly name: string;
  readonly valid: boolean;
  readonly reason?: string;
  readonly [member: string]: unknown;
}

/** What the command line of the shell recipe can't be told: another kind of token than it says it is, a line feed that is not the file's. */
function isForShell({ name, typ }: Vector): boolean {
  return (
    typ !== 'verdict+jwt' &&
    !['an enterprise key as a site key', 'a site key as an enterprise key', 'a line feed at the end'].includes(name)
  );
}

/** Each vector starts a shell, which starts a dozen programs. */
function isInSample(_: Vector, i: number): boolean {
  return i % barCount(1, 4) === 0;
}

/** Reasons are by what is looked at first; only those of time bind. */
function agrees(
  { valid, reason, claims }: Vector,
  said: { valid: boolean; reason?: string; claims?: unknown } | undefined,
) {
  const binds = reason === 'expired' || reason === 'not-yet-valid';
  if (said?.valid !== valid) return false;
  return valid
    ? JSON.stringify(sorted(said.claims)) === JSON.stringify(sorted(claims))
    : !binds || said.reason === reason;
}

function sorted(claims: unknown): [string, unknown][] {
  return Object.entries(Object(claims)).sort(([a], [b]) => (a < b ? -1 : 1));
}

function inOneProcess({ name }: Language, mine: readonly Vector[]) {
  const input = JSON.stringify(mine);
  const output =
    name === 'Java'
      ? execFileSync('java', ['-cp', fixture.folder, 'ChainVectors'], { input, encoding: 'utf8' })
      : python(['test/recipes/chain_vectors.py'], input);
  return JSON.parse(output);
}

function python(args: readonly string[], input: string): string {
  const env = { ...process.env, PYTHONPATH: 'docs/examples' };
  return execFileSync('python3', args, { cwd: root, input, encoding: 'utf8', env, maxBuffer: 2 ** 24 });
}

async function byShell(language: Language, mine: readonly Vector[]) {
  const said: { valid: boolean; reason?: string; claims?: unknown }[] = [];
  await mapConcurrently(2, mine.length, async i => {
    const { at, roots, verdict, token, nonce, audience, jti, sub } = Object(mine[i]);
    const pinned = join(fixture.folder, `roots-${i}.json`);
    writeFileSync(pinned, JSON.stringify(roots));
    const about = verdict === undefined ? [] : [nonce, audience, jti, sub];
    const { code, claims, stderr } = await run(language.verify(fixture.folder), [pinned, ...about], verdict ?? token, {
      AT: String(at),
    });
    said[i] = code === 0 ? { valid: true, claims } : { valid: false, reason: stderr.split(':')[0] ?? '' };
  });
  return said;
}

async function newSite(siteRef: string): Promise<{ key: string; siteId: string }> {
  const { enterpriseId } = enterprise;
  return await desk.call('create-site', { enterpriseId, siteRef, state: 'active', mode: 'dev' } as never);
}

function rootFile(): string {
  return join(fixture.folder, 'root.json');
}

function bothRootsFile(): string {
  return join(fixture.folder, 'both-roots.json');
}

function recordOf(name: string, key: string): string {
  const path = join(fixture.folder, `${name}.json`);
  writeFileSync(path, JSON.stringify({ key }), { mode: 0o600 });
  return path;
}

function keyIn(record: string): string {
  return JSON.parse(readFileSync(record, 'utf8')).key;
}

async function run(
  [program = '', ...script]: readonly string[],
  args: readonly string[],
  input = '',
  more: NodeJS.ProcessEnv = {},
) {
  const { server, keyid, keyFile } = fixture;
  const own = {
    LICENSE_SERVER_URL: server.url,
    LICENSE_SERVER_KEYID: keyid,
    LICENSE_SERVER_KEY: keyFile,
    LICENSE_SERVER_ROOT: rootFile(),
    ...clockAhead(server.clock),
  };
  const env = { ...process.env, no_proxy: '127.0.0.1', ...own, ...more };
  const running = promisify(execFile)(program, [...script, ...args], { cwd: root, timeout: hangsAfterMs, env });
  running.child.stdin?.on('error', () => {}).end(input);
  return await running.then(
    ({ stdout, stderr }) => ({ code: 0, claims: stdout ? JSON.parse(stdout) : undefined, stderr }),
    ({ code, stderr }) => ({ code, claims: undefined, stderr }),
  );
}
