import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { systemRuntime } from '../../lambdas/platform/kernel/system-runtime.ts';
import type { Actor, DemoServer } from './demo-server.ts';

const run = promisify(execFile);
const script = fileURLToPath(new URL('../../docs/examples/signed-request.sh', import.meta.url));
const timeout = 20_000;

/** Sends a signed GET by the example script of the documentation. @returns undefined where openssl 3 or curl is missing */
export async function requestByCurl(
  { url, now }: DemoServer,
  { key, pem }: Actor,
  path: string,
): Promise<string | undefined> {
  if (!(await hasTools())) return undefined;
  const folder = mkdtempSync(join(tmpdir(), 'license-server-demo-'));
  try {
    const keyFile = join(folder, 'key.pem');
    writeFileSync(keyFile, pem, { mode: 0o600 });
    const env = {
      ...process.env,
      NO_PROXY: '127.0.0.1',
      no_proxy: '127.0.0.1',
      LICENSE_SERVER_URL: url,
      LICENSE_SERVER_KEYID: key.keyid,
      LICENSE_SERVER_KEY: keyFile,
      LICENSE_SERVER_CLOCK_AHEAD: String(now() - systemRuntime.now()),
    };
    return (await run('sh', [script, 'GET', path], { env, timeout })).stdout.trim();
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Whether curl and OpenSSL 3 are installed; LibreSSL of macOS can't sign with Ed25519. */
async function hasTools(): Promise<boolean> {
  try {
    await run('curl', ['--version'], { timeout });
    return (await run('openssl', ['version'], { timeout })).stdout.startsWith('OpenSSL 3');
  } catch {
    return false;
  }
}
