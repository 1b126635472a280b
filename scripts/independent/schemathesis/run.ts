import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import * as z from 'zod';
import { previousQuarter, quarterOf } from '../../../domain/kernel/time.ts';
import { startWatched, type WatchedProcess } from '../../../local/aws/watched-process.ts';
import { newKeyPair } from '../../../local/key-files.ts';
import { createClient } from '../../../sdk/client.ts';
import { importSigningKey } from '../../../sdk/signing-key.ts';
import { pythonEnvironment } from '../python.ts';

/** Who sends; `unknown` signs with a key that was never registered. The operator is last, since it may suspend the others. */
const roles = ['unsigned', 'unknown', 'application', 'operator'] as const;
type Role = (typeof roles)[number];
const keyFileOf = { unsigned: 'hwf', unknown: 'unknown', application: 'hwf', operator: 'operator' } as const;
const secondsPerRole = 30;
const checks = [
  'not_a_server_error',
  'status_code_conformance',
  'content_type_conformance',
  'response_headers_conformance',
  'response_schema_conformance',
];
const seed = 20261130;

const here = import.meta.dirname;
const bin = pythonEnvironment('schemathesis', join(here, 'requirements.txt'));
const folder = mkdtempSync(join(tmpdir(), 'license-server-schemathesis-'));
const server = await startServer();
try {
  const url = readProfile('hwf').url;
  writeFileSync(join(folder, 'ids.json'), JSON.stringify(await makeIds(url)));
  writeFileSync(join(folder, 'keys', 'unknown.pem'), newKeyPair().pem);
  writeFileSync(join(folder, 'keys', 'unknown.keyid'), `hub.hwf.${'A'.repeat(43)}\n`);
  const failed: Role[] = [];
  for (const role of roles) if ((await fuzz(role, url)) !== 0) failed.push(role);
  if (failed.length > 0) throw new Error(`schemathesis found something as ${failed.join(', ')}: see above.`);
} finally {
  await server.close();
  rmSync(folder, { recursive: true, force: true });
}

/** The server as `npm start` runs it, in a folder of its own. */
async function startServer(): Promise<WatchedProcess> {
  const program = await startWatched(process.execPath, ['local/start.ts', '--port', '0', '--data', folder]);
  if (!(await program.says('See time pass'))) throw new Error(`The server ended at once: ${program.output()}`);
  return program;
}

function readProfile(name: string) {
  const Profiles = z.record(z.string(), z.object({ url: z.url(), keyid: z.string(), keyFile: z.string() }));
  const profile = Profiles.parse(JSON.parse(readFileSync(join(folder, 'keys', 'profiles.json'), 'utf8')))[name];
  if (!profile) throw new Error(`There is no profile ${name}.`);
  return profile;
}

/** Values that exist, by the names that parameters and bodies have. */
async function makeIds(url: string): Promise<Record<string, string>> {
  const { keyid, keyFile } = readProfile('hwf');
  const key = await importSigningKey(keyid, readFileSync(join(folder, 'keys', keyFile), 'utf8'));
  const client = createClient({ url, key });
  const { enterpriseId } = await client.call('create-enterprise', {});
  const { siteId, key: siteKey } = await client.call('create-site', { enterpriseId, siteRef: 'FUZZ', state: 'active' });
  const quarter = previousQuarter(quarterOf(client.now()));
  return { enterpriseId, siteId, key: siteKey, applicationId: 'boost', quarter };
}

async function fuzz(role: Role, url: string): Promise<number | null> {
  console.log(`\n== schemathesis as ${role}, ${secondsPerRole} s`);
  const keyFile = join(folder, 'keys', keyFileOf[role]);
  const options = [
    ...process.argv.slice(2),
    '--url',
    url,
    '--checks',
    checks.join(),
    '--max-time',
    String(secondsPerRole),
    '--seed',
    String(seed),
  ];
  const child = spawn(
    resolve(bin, 'schemathesis'),
    ['run', resolve('docs/openapi.json'), ...options, '--continue-on-failure'],
    {
      cwd: folder,
      stdio: 'inherit',
      env: {
        ...process.env,
        ROLE: role,
        IDS: join(folder, 'ids.json'),
        LICENSE_SERVER_KEY: `${keyFile}.pem`,
        LICENSE_SERVER_KEYID: readFileSync(`${keyFile}.keyid`, 'utf8').trim(),
        SCHEMATHESIS_HOOKS: 'hooks',
        PYTHONPATH: [here, resolve('docs/examples')].join(':'),
        PYTHONDONTWRITEBYTECODE: '1',
      },
    },
  );
  const [code] = await once(child, 'exit');
  return typeof code === 'number' ? code : null;
}
