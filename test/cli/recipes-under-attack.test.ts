import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { promisify } from 'node:util';
import '../platform/request/silence-logs.ts';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { root } from '../local/start-fixture.ts';
import { clockAhead } from '../support/clients/clock-ahead.ts';
import { languages, type Recipe, titleOf } from '../support/clients/recipes.ts';
import { hangsAfterMs } from '../support/hangs-after.ts';
import { otherRoot } from '../support/tamper/chain-world.ts';
import { type CliFixture, startCliFixture } from './cli-fixture.ts';

// Each test starts processes, and the machine may be busy.
const tryAgain = 75;
type Answering = (response: ServerResponse, body: string) => unknown;

/** Stands where the license server should be, and answers as it likes. */
async function startHostile() {
  const met = { requests: 0, answering: (response: ServerResponse, _: string): unknown => response.end() };
  const server = createServer((request: IncomingMessage, response) => {
    met.requests++;
    void request.toArray().then(parts => met.answering(response, Buffer.concat(parts).toString()));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${Object(server.address()).port}`;
  const close = async () => {
    server.closeAllConnections();
    await new Promise(resolve => server.close(resolve));
  };
  return { met, url, close };
}

let fixture: CliFixture;
let hostile: Awaited<ReturnType<typeof startHostile>>;
let other: typeof hostile;
let enterpriseId: string;
beforeAll(async () => {
  fixture = await startCliFixture();
  writeFileSync(join(fixture.folder, 'root.json'), JSON.stringify(fixture.server.world.root));
  hostile = await startHostile();
  other = await startHostile();
  ({ enterpriseId } = await fixture.desk.call('create-enterprise', {}));
});
afterAll(async () => {
  await Promise.all([hostile.close(), other.close()]);
  await fixture.close();
});

for (const language of languages)
  (language.missing === undefined ? describe : describe.skip)(`the recipes in ${titleOf(language)}`, () => {
    let sites = 0;
    beforeAll(() => language.prepare?.(fixture.folder));

    async function newRecord() {
      const siteRef = `${language.name}-${sites++}`;
      const site = { enterpriseId, siteRef, state: 'active', mode: 'dev' };
      const { key } = await fixture.desk.call('create-site', site as never);
      const folder = join(fixture.folder, siteRef);
      mkdirSync(folder);
      const path = join(folder, 'record.json');
      writeFileSync(path, JSON.stringify({ key }), { mode: 0o600 });
      return { key, folder, path, read: () => JSON.parse(readFileSync(path, 'utf8')) };
    }
    const refresh = async (path: string, more: NodeJS.ProcessEnv = {}) =>
      await run(language.refresh(fixture.folder), [path, 'now'], { LICENSE_SERVER_URL: hostile.url, ...more });
    const meets = async (answering: Answering, { url, met } = hostile) => {
      const record = await newRecord();
      Object.assign(met, { requests: 0, answering });
      const env = { LICENSE_SERVER_URL: url, LICENSE_SERVER_TIMEOUT: '1' };
      return { ...record, ...(await refresh(record.path, env)), met };
    };

    it.each([
      'http://licenses.example/prod',
      'http://127.0.0.1.example',
      'http://127.0.0.1@licenses.example/x',
      'https://a:b@c/',
    ])('send nothing to %s', async url => {
      const { path } = await newRecord();
      Object.assign(hostile.met, { requests: 0, answering: (response: ServerResponse) => response.end('{}') });
      const viaProxy = { http_proxy: hostile.url, https_proxy: hostile.url, LICENSE_SERVER_URL: url };
      const { code, stderr } = await refresh(path, viaProxy);
      expect([code, hostile.met.requests]).toEqual([1, 0]);
      expect(stderr).toContain('https://');
    });

    it('try again later, and follow no redirect, for every such answer', async () => {
      Object.assign(other.met, { requests: 0 });
      const answers: Readonly<Record<string, Answering>> = {
        'has no end': response => endless(response),
        'comes by the drop': response => dripping(response),
        'never comes': () => {},
        'is of a proxy that is unavailable': response => response.writeHead(503).end('<h1>Service Unavailable</h1>'),
        'is no object': response => response.end('[1]'),
        'leads elsewhere': response => response.writeHead(302, { location: `${other.url}/v1` }).end(),
      };
      // At once: between its attempts a recipe does nothing but wait.
      const met = await Promise.all(
        Object.entries(answers).map(async ([name, answering]) => {
          const own = await startHostile();
          const { code, key, read, met } = await meets(answering, own);
          await own.close();
          return [name, { code, requests: met.requests, isKept: read().key === key, isNoted: 'refreshing' in read() }];
        }),
      );
      const expected = { code: tryAgain, requests: 4, isKept: true, isNoted: true };
      expect(met).toEqual(Object.keys(answers).map(name => [name, expected]));
      expect(other.met.requests).toBe(0);
    });

    it('take no key that is not newer than their own', async () => {
      const { code, key, read } = await meets((response, body) => response.end(body));
      expect([code, read()]).toEqual([1, expect.objectContaining({ key, refreshing: {} })]);
    });

    it('show no other user a key or an Idempotency-Key, and leave nothing that others may read', async () => {
      let shown = '';
      const { key, folder, read } = await meets(response => {
        shown = commandLines();
        response.writeHead(403).end('{"code":"mode-not-allowed"}');
      });
      expect(shown).toContain('record.json');
      expect(shown).not.toContain(key);
      expect(shown).not.toContain(key.slice(0, 100));
      expect(read()).toEqual({ key });
      writeFileSync(join(folder, 'record.json'), JSON.stringify({ key, nextIdempotencyKey: 'mine', refreshing: {} }));
      hostile.met.answering = response => {
        shown = commandLines();
        response.writeHead(403).end('{}');
      };
      await refresh(join(folder, 'record.json'));
      expect(shown).not.toContain('mine');
      expect(readdirSync(folder).sort()).toEqual(['record.json', 'record.json.lock']);
      expect(statSync(join(folder, 'record.json')).mode & 0o077).toBe(0);
    });

    it('print nothing that moves the cursor', async () => {
      const { code, stderr } = await meets(response =>
        response
          .writeHead(403)
          .end(`{"code":"x","detail":"a\u001b[2Jb\\u001b[2J\\\\033[2J"}`.replace('\u001b', '\\u001b')),
      );
      expect([code, stderr.includes('\u001b')]).toEqual([1, false]);
    });

    it('refuse a record, and a private key, that other users may read', async () => {
      for (const file of ['record', 'key'] as const) {
        const { path } = await newRecord();
        const exposed = file === 'record' ? path : fixture.keyFile;
        chmodSync(exposed, 0o640);
        const { code, stderr } = await refresh(path);
        chmodSync(exposed, 0o600);
        expect([code, stderr]).toEqual([1, expect.stringContaining('chmod 600')]);
      }
    });

    it('go on under either of two pinned Roots', async () => {
      const two = join(fixture.folder, 'two-roots.json');
      writeFileSync(two, JSON.stringify([otherRoot.jwk, fixture.server.world.root]));
      const { path, key, read } = await newRecord();
      const healthy = { LICENSE_SERVER_URL: fixture.server.url, LICENSE_SERVER_ROOT: two };
      expect(await refresh(path, healthy)).toEqual({ code: 0, stderr: '' });
      expect(read().key).not.toBe(key);
      writeFileSync(two, '[]');
      expect(await refresh(path, healthy)).toMatchObject({ code: 1 });
    });
  });

function endless(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'application/json' });
  const part = Buffer.alloc(2 ** 20, 32);
  const more = () => {
    if (!response.destroyed) response.write(part, () => setImmediate(more));
  };
  more();
}

function dripping(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'application/json' });
  const timer = setInterval(() => response.write(' '), 100);
  response.on('close', () => clearInterval(timer));
}

/** What every user of a machine may see of its processes. */
function commandLines(): string {
  return readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .map(pid => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
      } catch {
        return '';
      }
    })
    .join('\n');
}

async function run([program = '', ...script]: Recipe, args: readonly string[], more: NodeJS.ProcessEnv) {
  const { keyid, keyFile, folder, server } = fixture;
  const own = {
    ...clockAhead(server.clock),
    LICENSE_SERVER_KEYID: keyid,
    LICENSE_SERVER_KEY: keyFile,
    LICENSE_SERVER_ROOT: join(folder, 'root.json'),
  };
  const env = { ...process.env, no_proxy: '127.0.0.1', ...own, ...more };
  const running = promisify(execFile)(program, [...script, ...args], { cwd: root, timeout: hangsAfterMs, env });
  running.child.stdin?.end();
  return await running.then(
    ({ stderr }) => ({ code: 0, stderr }),
    ({ code, stderr }) => ({ code, stderr }),
  );
}
