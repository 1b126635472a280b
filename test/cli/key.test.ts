import { execFileSync } from 'node:child_process';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { calculateJwkThumbprint } from 'jose';
import { importSigningKey } from '../../sdk/signing-key.ts';
import { run } from '../local/start-fixture.ts';
import { newFolder } from './cli-fixture.ts';
import { hasCommand } from './has-command.ts';

const key = async (...args: string[]) => await run(['cli/license-server.ts', 'key', ...args]);

function jwkIn(text: string) {
  return JSON.parse(/^public key {2}(.+)$/m.exec(text)?.[1] ?? '');
}

describe('license-server key new', () => {
  it.each([
    ['ed25519', 'ed25519', 'OKP'],
    ['p256', 'ecdsa-p256-sha256', 'EC'],
  ])('makes a key of kind %s that only its owner may read, and shows the public half alone', async (alg, name, kty) => {
    const file = join(newFolder(), 'app.pem');
    const { code, stdout } = await key('new', '--out', file, '--alg', alg);
    const pem = readFileSync(file, 'utf8');
    expect(code).toBe(0);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect((await importSigningKey('k', pem)).alg).toBe(name);
    expect(jwkIn(stdout)).toMatchObject({ kty });
    expect(Object.keys(jwkIn(stdout))).not.toContain('d');
    expect(stdout).toContain(`thumbprint  ${await calculateJwkThumbprint(jwkIn(stdout))}`);
    expect(stdout).not.toContain(pem.split('\n')[1]);
  });

  it('gives programs the public half as JSON, as key show does', async () => {
    const file = join(newFolder(), 'app.pem');
    const made = JSON.parse((await key('new', '--out', file, '--json')).stdout);
    const shown = JSON.parse((await key('show', file, '--json')).stdout);
    expect(shown).toEqual({ publicKey: expect.objectContaining({ kty: 'OKP' }), thumbprint: expect.any(String) });
    expect(made).toEqual({ privateKeyFile: file, ...shown });
  });

  it('never overwrites a file', async () => {
    const file = join(newFolder(), 'app.pem');
    writeFileSync(file, 'precious');
    const { code, stderr } = await key('new', '--out', file);
    expect(code).toBe(2);
    expect(stderr).toContain('and is not overwritten. Choose another file');
    expect(readFileSync(file, 'utf8')).toBe('precious');
  });

  it('refuses an algorithm that the server does not take', async () => {
    const { code, stderr } = await key('new', '--out', join(newFolder(), 'app.pem'), '--alg', 'rsa');
    expect(code).toBe(2);
    expect(stderr).toContain('ed25519, p256');
  });
});

describe('license-server key show', () => {
  it('shows what key new has shown', async () => {
    const file = join(newFolder(), 'app.pem');
    const made = await key('new', '--out', file);
    const shown = await key('show', file);
    expect(jwkIn(shown.stdout)).toEqual(jwkIn(made.stdout));
    expect(shown.code).toBe(0);
  });

  (hasCommand('openssl', ['version']) ? it : it.skip)(
    'reads what openssl has made, the private and the public file',
    async () => {
      const folder = newFolder();
      execFileSync(
        'sh',
        ['-c', 'openssl ecparam -name prime256v1 -genkey -noout -out a.pem && openssl ec -in a.pem -pubout -out b.pem'],
        {
          cwd: folder,
          stdio: 'ignore',
        },
      );
      const shown = await Promise.all(['a.pem', 'b.pem'].map(async name => await key('show', join(folder, name))));
      expect(shown.map(({ stdout }) => jwkIn(stdout).crv)).toEqual(['P-256', 'P-256']);
      expect(shown[0]?.stdout).toBe(shown[1]?.stdout);
    },
  );

  it('says what is wrong with a file that is no key', async () => {
    const file = join(newFolder(), 'app.pem');
    writeFileSync(file, 'secret words');
    const { code, stderr } = await key('show', file);
    expect(code).toBe(2);
    expect(stderr).toContain('expected unencrypted PEM');
    expect(stderr).not.toContain('secret words');
  });
});
