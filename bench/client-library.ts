import { execFile } from 'node:child_process';
import { createPublicKey, verify } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { jwtVerify } from 'jose';
import { createParentCache } from '../domain/chain/parent-cache.ts';
import { bundleRotation } from '../scripts/build-client-secrets.ts';
import { buildSdk } from '../scripts/build-sdk.ts';
import { createLicenseGuard } from '../sdk/guard/license-guard.ts';
import { verifySiteKey } from '../sdk/verify.ts';
import type { TestServer } from '../test/support/server/server.ts';
import { median } from './median.ts';

const run = promisify(execFile);
const child = fileURLToPath(new URL('client-library-child.mjs', import.meta.url));
const rounds = 9;
const perRound = 2000;
const processes = 15;
const least = 0.75;

/** P2 for LicenseGuard, and what the client library costs: its size, and the time until a fresh process has verified its first key. */
export async function clientLibrary(server: TestServer, key: string, folder: string): Promise<boolean> {
  const holds = await guardSpeed(server, key);
  await sizes(folder);
  await startUp(folder, JSON.stringify(server.world.root), key);
  return holds;
}

async function guardSpeed(server: TestServer, key: string): Promise<boolean> {
  const { root } = server.world;
  const guard = await createLicenseGuard({ client: server.hwf, application: 'hub/hwf', root });
  if (!(await guard.check(key)).allowed) throw new Error('the guard refuses: the comparison would be of nothing');
  const { token, jwk, signed, signature } = parts(key);
  const publicKey = createPublicKey({ key: jwk, format: 'jwk' });
  const raw = async () => verify('sha256', signed, { key: publicKey, dsaEncoding: 'ieee-p1363' }, signature);
  const pinned = { root, parents: createParentCache() };
  const contenders = {
    'LicenseGuard, one request, warm cache': async () => await guard.check(key),
    'verifySiteKey by WebCrypto, parents cached': async () => await verifySiteKey(key, pinned),
    "jose's jwtVerify of one ES256 token": async () => await jwtVerify(token, publicKey),
  };
  const ratios = new Map<string, number[]>();
  for (let round = 0; round <= rounds; round++) {
    const rawRate = await rate(raw);
    for (const [name, work] of Object.entries(contenders)) {
      const ratio = (await rate(work)) / rawRate;
      // The first round warms up.
      if (round > 0) ratios.set(name, [...(ratios.get(name) ?? []), ratio]);
    }
  }
  await guard.close();
  console.log(
    `P2  times the raw P-256 verifications of node:crypto (median of ${rounds}; bar for the guard: at least ${least})`,
  );
  for (const [name, all] of ratios) console.log(`    ${median(all).toFixed(2).padStart(6)}  ${name}`);
  const [guardRatios = []] = ratios.values();
  const holds = median(guardRatios) >= least;
  console.log(`    the guard ${holds ? 'holds' : 'MISSED'}`);
  return holds;
}

function parts(key: string) {
  const [token = '', link = ''] = key.split('~');
  const [header, payload, signature = ''] = token.split('.');
  const { cnf } = JSON.parse(Buffer.from(link.split('.')[1] ?? '', 'base64url').toString());
  const signed = Buffer.from(`${header}.${payload}`);
  return { token, jwk: cnf.jwk, signed, signature: Buffer.from(signature, 'base64url') };
}

async function rate(work: () => Promise<unknown>): Promise<number> {
  const start = process.hrtime.bigint();
  for (let i = 0; i < perRound; i++) await work();
  return perRound / Number(process.hrtime.bigint() - start);
}

const uses = {
  'everything but the stores in files': `export * from 'SDK/index.js'`,
  'a client alone': `export { createClient, importSigningKey } from 'SDK/calls.js'`,
  'offline verification alone': `export { verifySiteKey, verifyVerdict } from 'SDK/verification.js'`,
  'the guard with Express': `export { createClient, createLicenseGuard, importSigningKey } from 'SDK/index.js'; export { expressGuard } from 'SDK/express.js'`,
};

/** What an application that bundles the package pays for it. */
async function sizes(folder: string): Promise<void> {
  const sdk = join(folder, 'sdk');
  await buildSdk(sdk, { declarations: false });
  console.log('    size of the client library (minified; minified and gzipped)');
  for (const [name, source] of Object.entries(uses)) {
    const outfile = join(folder, 'sdk-use.mjs');
    const contents = source.replaceAll('SDK', sdk);
    await build({
      stdin: { contents, resolveDir: folder },
      outfile,
      bundle: true,
      minify: true,
      format: 'esm',
      platform: 'neutral',
      legalComments: 'none',
      logLevel: 'error',
    });
    tellSize(outfile, name);
  }
  await bundleRotation(join(folder, 'rotation'));
  console.log('    size of the rotation function of LicenseClientSecrets, as it is deployed (the same)');
  tellSize(join(folder, 'rotation', 'index.mjs'), 'with the client of Secrets Manager');
}

function tellSize(file: string, name: string): void {
  const bytes = readFileSync(file);
  console.log(`    ${kb(bytes.length)} ${kb(gzipSync(bytes, { level: 9 }).length)}  ${name}`);
}

/** In turn: from the start of a process until it has verified one key. */
async function startUp(folder: string, root: string, key: string): Promise<void> {
  const sdk = join(folder, 'sdk', 'index.js');
  const jose = join(folder, 'jose.mjs');
  const { token, jwk } = parts(key);
  await build({
    stdin: { contents: `export { importJWK, jwtVerify } from 'jose'`, resolveDir: process.cwd() },
    outfile: jose,
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'node',
    logLevel: 'error',
  });
  writeFileSync(join(folder, 'empty.mjs'), '');
  const starts = {
    'the SDK, a whole chain': { kind: 'sdk', file: sdk, key, root: JSON.parse(root) },
    'jose, one token': { kind: 'jose', file: jose, key: token, root: jwk },
    'Node alone': { kind: 'none', file: join(folder, 'empty.mjs') },
  };
  const times = new Map<string, number[]>();
  for (let i = 0; i < processes; i++) {
    for (const [name, argument] of Object.entries(starts)) {
      const { stdout } = await run(process.execPath, [child, JSON.stringify(argument)]);
      times.set(name, [...(times.get(name) ?? []), Number(stdout)]);
    }
  }
  console.log(`    start of a process to its first verification (median of ${processes}, in turn)`);
  for (const [name, all] of times) console.log(`    ${Math.round(median(all)).toString().padStart(4)} ms  ${name}`);
}

function kb(bytes: number): string {
  return `${(bytes / 1000).toFixed(1)} kB`.padStart(9);
}
