import { execFile } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { buildSdk } from '../../scripts/build-sdk.ts';
import { root, site } from '../support/tamper/chain-world.ts';
import { now } from '../support/tamper/chains.ts';

const run = promisify(execFile);
const project = fileURLToPath(new URL('../../', import.meta.url));
const folder = join(project, 'build', 'sdk-consumer');
const built = join(project, 'build', 'sdk-package');

const consumer = `
import { createClient, createKeyring, createLicenseGuard, createMemoryStore, ProblemError, verifySiteKey } from '@license-server/sdk';
import { expressGuard } from '@license-server/sdk/express';
import { fastifyGuard } from '@license-server/sdk/fastify';
import { openFileStore } from '@license-server/sdk/file-store';
import { honoGuard } from '@license-server/sdk/hono';
import { verifyKey } from '@license-server/sdk/verify';
import { createClient as alone } from '@license-server/sdk/client';

const root = ROOT;
const client = createClient({ url: 'http://127.0.0.1:1/local', attempts: 1 });
const site: Promise<{ key: string; generation: number }> = client.call('refresh-key', { siteId: 'a' as never, key: 'k' });
site.catch((error: unknown) => console.log(error instanceof ProblemError ? error.code : 'unreachable'));
// @ts-expect-error there is no such operation
client.call('refresh-keys', {}).catch(() => {});
const { mode } = await verifySiteKey(KEY, { root, now: NOW });
const guard = await createLicenseGuard({ client, application: 'hub/hwf', root, store: createMemoryStore() });
const keyring = createKeyring({ client, root, store: createMemoryStore() });
// @ts-expect-error a site has a reference
export const incomplete = () => keyring.obtain('plant-7', 'create-site', { enterpriseId: 'a', state: 'active' });
export const watermarkIn = (request: Express.Request): string | undefined => request.license?.watermark;
const admission = await guard.check('x');
console.log(mode, admission.allowed ? admission.watermark : admission.reason, [expressGuard, fastifyGuard, honoGuard, openFileStore, verifyKey, alone].map(one => typeof one).join());
await guard.close();
`;

describe('the package of the client library', () => {
  beforeAll(async () => {
    await buildSdk(built, { declarations: true });
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(join(folder, 'node_modules', '@license-server'), { recursive: true });
    symlinkSync(built, join(folder, 'node_modules', '@license-server', 'sdk'));
    const filled = { ROOT: JSON.stringify(root.jwk), KEY: JSON.stringify(site), NOW: String(now) };
    writeFileSync(
      join(folder, 'consumer.ts'),
      Object.entries(filled).reduce((text, [name, value]) => text.replace(name, value), consumer),
    );
    writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  });
  afterAll(() => {
    for (const made of [folder, built]) rmSync(made, { recursive: true, force: true });
  });

  it('has types that a strict program compiles against', async () => {
    const tsc = join(project, 'node_modules', 'typescript', 'bin', 'tsc');
    const options =
      '--noEmit --strict --target es2024 --module nodenext --skipLibCheck --types node --ignoreConfig consumer.ts';
    const failed = await run(process.execPath, [tsc, ...options.split(' ')], { cwd: folder }).then(
      () => '',
      (error: { stdout: string }) => error.stdout,
    );
    expect(failed).toBe('');
  });

  it('runs as it is published', async () => {
    const { stdout } = await run(process.execPath, ['--disable-warning=ExperimentalWarning', 'consumer.ts'], {
      cwd: folder,
    });
    expect(stdout).toContain('production key-not-genuine function,function,function,function,function,function');
    expect(stdout).toContain('unreachable');
  });

  it('shows a mistake and its remedy, not a page of the library', async () => {
    const program =
      "import { createMemoryStore, preflight } from '@license-server/sdk'; await preflight({ root: {}, store: createMemoryStore() });";
    writeFileSync(join(folder, 'mistake.mjs'), program);
    const { stderr } = await run(process.execPath, ['mistake.mjs'], { cwd: folder }).catch(
      (error: { stderr: string }) => error,
    );
    expect(stderr).toContain('The pinned Root is invalid: expected a P-256 public key as a JWK');
    expect(stderr.length).toBeLessThan(3000);
    expect(stderr).not.toContain('undefined');
  });

  it('is loaded by CommonJS programs too', async () => {
    const program = "const { createClient } = require('@license-server/sdk'); console.log(typeof createClient)";
    writeFileSync(join(folder, 'old.cjs'), program);
    const { stdout } = await run(process.execPath, ['--disable-warning=ExperimentalWarning', 'old.cjs'], {
      cwd: folder,
    });
    expect(stdout).toBe('function\n');
  });

  it('imports nothing: no other package, and Node only for the store in files', () => {
    const files = readdirSync(built).filter(file => file.endsWith('.js'));
    const imports = files.flatMap(file => {
      const text = readFileSync(join(built, file), 'utf8');
      return [...text.matchAll(/(?:from|import)\s*"([^"./][^"]*)"/g)].map(([, name]) => `${file} ${name}`);
    });
    expect(new Set(imports)).toEqual(
      new Set(['node:crypto', 'node:fs/promises', 'node:os', 'node:path'].map(name => `file-store.js ${name}`)),
    );
  });
});
