import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Client } from '../../sdk/client.ts';
import { run } from '../local/start-fixture.ts';
import { clockAhead } from '../support/clients/clock-ahead.ts';
import { policies, startServer, type TestServer } from '../support/server/server.ts';

interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A server in this process, and the command line as a process of its own, with the profiles `desk`, `operator` and `finance`. */
export interface CliFixture {
  readonly server: TestServer;
  readonly folder: string;
  /** the application whose key is in `keyFile` */
  readonly desk: Client;
  readonly keyFile: string;
  readonly keyid: string;
  cli(...args: string[]): Promise<Ran>;
  cliWith(env: NodeJS.ProcessEnv, ...args: string[]): Promise<Ran>;
  close(): Promise<void>;
}

export async function startCliFixture(): Promise<CliFixture> {
  const server = await startServer();
  const folder = newFolder();
  const { client: desk, key, pem } = await server.register('desk', policies.boost);
  const back = await server.register('back', policies.hwf, { role: 'operator' });
  const money = await server.register('finance', { modes: ['production'] }, { role: 'finance' });
  const keyFile = join(folder, 'desk.pem');
  writeFileSync(keyFile, pem, { mode: 0o600 });
  writeFileSync(join(folder, 'operator.pem'), back.pem, { mode: 0o600 });
  writeFileSync(join(folder, 'finance.pem'), money.pem, { mode: 0o600 });
  const profiles = {
    desk: { url: server.url, keyid: key.keyid, keyFile: 'desk.pem' },
    operator: { url: server.url, keyid: back.key.keyid, keyFile: 'operator.pem' },
    finance: { url: server.url, keyid: money.key.keyid, keyFile: 'finance.pem' },
  };
  const profilesFile = join(folder, 'profiles.json');
  writeFileSync(profilesFile, JSON.stringify(profiles), { mode: 0o600 });
  const cliWith = async (env: NodeJS.ProcessEnv, ...args: string[]) =>
    await run(['cli/license-server.ts', ...args], { ...clockAhead(server.clock), ...env });
  return {
    server,
    folder,
    desk,
    keyFile,
    keyid: key.keyid,
    cli: async (...args) => await cliWith({ LICENSE_SERVER_PROFILES: profilesFile }, ...args),
    cliWith,
    async close() {
      await server.close();
      rmSync(folder, { recursive: true });
    },
  };
}

export function newFolder(): string {
  return mkdtempSync(join(tmpdir(), 'license-server-cli-'));
}
