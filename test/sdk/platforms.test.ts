import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { build } from 'esbuild';
import { buildSdk } from '../../scripts/build-sdk.ts';
import { hasCommand } from '../cli/has-command.ts';
import { hangsAfterMs } from '../support/hangs-after.ts';
import { captureOutput } from '../support/output.ts';
import { policies, startServer, type TestServer } from '../support/server/server.ts';
import type { Proof, Reachable } from './on-platform.ts';

const run = promisify(execFile);
const chain = readFileSync(new URL('../../docs/vectors/chain.json', import.meta.url), 'utf8');
/** Tokens and verdicts that the package has a function for. */
const provable = JSON.parse(chain).tokens.filter(({ typ }: { typ: string }) => typ !== 'verdict+jwt').length;
const expected = { agreed: provable + JSON.parse(chain).verdicts.length, disagreed: [] };

/** A runtime that starts a program in a folder with `node_modules`. */
const runtimes = [
  { name: 'Node', command: process.execPath, args: ['program.js'], isHere: true },
  {
    name: 'Deno',
    command: 'deno',
    args: ['run', '--quiet', '--node-modules-dir=manual', '--allow-all', 'program.js'],
    isHere: hasCommand('deno', ['--version'], 'deno'),
  },
  { name: 'Bun', command: 'bun', args: ['program.js'], isHere: hasCommand('bun', ['--version']) },
];
const browser = ['chromium', 'google-chrome', 'chrome'].find(name => hasCommand(name, ['--version']));

const program = `
import { there } from './before.js';
import * as sdk from '@license-server/sdk';
import vectors from './chain.json' with { type: 'json' };
import { openFileStore } from '@license-server/sdk/file-store';
import { callServer, verifyAll } from './on-platform.js';

const { server, folder } = JSON.parse(process.env.GIVEN);
const proof = await verifyAll(sdk, vectors);
const served = await callServer(sdk, server, await openFileStore(folder));
const left = Object.keys(globalThis).filter(name => !there.has(name));
console.log(JSON.stringify({ proof, served, left }));
`;

/** Loaded before the package, which must leave nothing behind where all programs of a process can see it. */
const before = 'export const there = new Set(Object.keys(globalThis));';

/** In a page only what `/verify` exports; the answer goes to the server that the page came from. */
const page = `
import * as sdk from '@license-server/sdk/verify';
import { verifyAll } from './on-platform.js';
import vectors from './chain.json' with { type: 'json' };

const proof = await verifyAll(sdk, vectors).catch(error => ({ agreed: 0, disagreed: [String(error)] }));
await fetch('/said', { method: 'POST', body: JSON.stringify({ ...proof, forbidden: await forbidden() }) });
`;

/**
 * Before the package is loaded, since it may break the page's policy while it starts. The browser tells later, but in order: the image
 * is the last that is forbidden.
 */
const watch = `
const told = [];
const { promise, resolve } = Promise.withResolvers();
document.addEventListener('securitypolicyviolation', ({ effectiveDirective }) => {
  if (effectiveDirective === 'img-src') resolve(told);
  else told.push(effectiveDirective);
});
const forbidden = () => ((new Image().src = 'data:image/gif;base64,R0lGODlhAQABAAAAACw='), promise);
`;

describe('the package on', () => {
  const output = captureOutput();
  const folder = mkdtempSync(join(tmpdir(), 'license-server-platforms-'));
  let server: TestServer;
  let reachable: Omit<Reachable, 'siteRef'>;

  beforeAll(async () => {
    const scope = join(folder, 'node_modules', '@license-server');
    mkdirSync(scope, { recursive: true });
    await buildSdk(join(folder, 'sdk'), { declarations: false });
    symlinkSync(join(folder, 'sdk'), join(scope, 'sdk'));
    const source = new URL('on-platform.ts', import.meta.url).pathname;
    await build({ entryPoints: [source], outdir: folder, format: 'esm', logLevel: 'warning' });
    writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
    const files = { 'program.js': program, 'before.js': before, 'page.js': page, 'chain.json': chain };
    for (const [file, content] of Object.entries(files)) writeFileSync(join(folder, file), content);
    server = await startServer();
    const { client, key, pem } = await server.register('trial', policies.boost);
    const { enterpriseId } = await client.call('create-enterprise', {});
    reachable = { url: server.url, keyid: key.keyid, pem, root: server.world.root, at: server.clock.at, enterpriseId };
  });
  afterAll(async () => {
    await server.close();
    rmSync(folder, { recursive: true });
    output.restore();
  });

  for (const { name, command, args, isHere } of runtimes)
    (isHere ? it : it.skip)(
      `${name}${isHere ? '' : ', SKIPPED: it is not installed'}: verifies, calls, keeps`,
      async () => {
        const store = join(folder, `keys-${name}`);
        const given = { server: { ...reachable, siteRef: name }, folder: store };
        const env = { ...process.env, GIVEN: JSON.stringify(given) };
        const { stdout } = await run(command, args, { cwd: folder, env, timeout: hangsAfterMs });
        expect(JSON.parse(stdout)).toEqual({ proof: expected, served: { generations: [1, 2] }, left: [] });
      },
    );

  (browser ? it : it.skip)(`a browser${browser ? '' : ', SKIPPED: no Chromium is installed'}: verifies`, async () => {
    expect(await inBrowser(browser ?? '', folder)).toEqual({ ...expected, forbidden: [] });
  });
});

/** Shows the page to a browser without a window. @returns what its script says */
async function inBrowser(command: string, folder: string): Promise<Proof> {
  const { outputFiles } = await build({
    entryPoints: [join(folder, 'page.js')],
    bundle: true,
    write: false,
    format: 'esm',
    absWorkingDir: folder,
    logLevel: 'error',
  });
  const script = (code = '') => ({ type: 'text/javascript', body: code });
  const files: Readonly<Record<string, { type: string; body: string }>> = {
    '/': {
      type: 'text/html',
      body: '<!doctype html><script src="/watch.js"></script><script type="module" src="/page.js"></script>',
    },
    '/watch.js': script(watch),
    '/page.js': script(outputFiles[0]?.text),
  };
  const said = Promise.withResolvers<Proof>();
  const host = createServer(async (request, response) => {
    if (request.method === 'POST') said.resolve(JSON.parse(await text(request)));
    const { type, body } = files[request.url ?? ''] ?? { type: 'text/plain', body: '' };
    // As strict as a page can be: no eval, nothing from elsewhere.
    response.writeHead(200, { 'content-type': type, 'content-security-policy': "default-src 'self'" }).end(body);
  }).listen(0, '127.0.0.1');
  await once(host, 'listening');
  const { port } = host.address() as AddressInfo;
  const profile = join(folder, 'browser-profile');
  const options = ['--headless', '--no-sandbox', '--disable-gpu', `--user-data-dir=${profile}`];
  const showing = run(command, [...options, `http://127.0.0.1:${port}/`], { timeout: hangsAfterMs });
  const silent = showing.then(
    async ({ stderr }) => await Promise.reject(new Error(`the browser said nothing: ${stderr}`)),
  );
  try {
    return await Promise.race([said.promise, silent]);
  } finally {
    showing.child.kill();
    await silent.catch(() => {});
    host.close();
  }
}
