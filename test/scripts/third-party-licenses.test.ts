import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { buildClientSecrets, bundleRotation } from '../../scripts/build-client-secrets.ts';
import { buildSdk } from '../../scripts/build-sdk.ts';
import { licensesFile, thirdPartyLicenses } from '../../scripts/third-party-licenses.ts';

const project = fileURLToPath(new URL('../../', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'licenses-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A package in the folder. @param files with their texts, beside package.json */
function install(path: string, files: Record<string, string>): void {
  const at = join(folder, 'node_modules', path);
  mkdirSync(at, { recursive: true });
  const name = path.split('node_modules/').at(-1);
  writeFileSync(join(at, 'package.json'), JSON.stringify({ name, version: '1.2.3', license: 'MIT' }));
  for (const [file, text] of Object.entries(files)) writeFileSync(join(at, file), text);
}

/** The metafile of esbuild for a bundle with these inputs. */
function bundleOf(inputs: Record<string, number>) {
  const bytes = Object.fromEntries(Object.entries(inputs).map(([path, bytesInOutput]) => [path, { bytesInOutput }]));
  return { inputs: {}, outputs: { 'index.js': { bytes: 1, inputs: bytes, imports: [], exports: [] } } };
}

const textOf = (inputs: Record<string, number>) => thirdPartyLicenses([bundleOf(inputs)], folder);

describe('the license texts of what is bundled', () => {
  beforeAll(() => {
    install('plain', { LICENSE: 'plain may be used' });
    install('@scope/noticed', { 'LICENSE.md': 'scoped may be used', 'NOTICE.txt': 'thanks to many' });
    install('plain/node_modules/inner', { 'license.txt': 'inner may be used' });
    install('bare', { 'README.md': 'nothing about licenses' });
    install('only-noticed', { NOTICE: 'thanks' });
  });

  it('holds each package once, with its version, its license and all of its texts', () => {
    const text = textOf({
      'node_modules/plain/a.js': 5,
      'node_modules/plain/b.js': 5,
      'node_modules/@scope/noticed/c.js': 1,
    });
    expect(text.match(/plain 1\.2\.3 \(MIT\)/g)).toHaveLength(1);
    for (const expected of ['plain may be used', '@scope/noticed 1.2.3 (MIT)', 'scoped may be used', 'thanks to many'])
      expect(text).toContain(expected);
  });

  it('tells a package inside another from that', () => {
    const text = textOf({ 'node_modules/plain/node_modules/inner/index.js': 5 });
    expect(text).toContain('inner may be used');
    expect(text).not.toContain('plain may be used');
  });

  it('leaves out what was read and not bundled, and files of ours', () => {
    expect(textOf({ 'node_modules/bare/a.js': 0, 'sdk/index.ts': 9 })).not.toContain('1.2.3');
  });

  it.each(['bare', 'only-noticed'])('is not written when a bundled package has no license text: %s', name => {
    expect(() => textOf({ [`node_modules/${name}/a.js`]: 5 })).toThrow(`${name} 1.2.3 (MIT) has no license text`);
  });
});

/** Packages among paths of files. */
const packagesIn = (paths: readonly string[]) =>
  new Set(paths.flatMap(path => /.*node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1] ?? []));

/** The name, version and license of a package, as a text begins with it. */
const headed = (text: string) => new Set([...text.matchAll(/^={80}\n(\S+) \S+ \(\S+\)$/gm)].map(([, name]) => name));

describe('the packages that leave the repository', () => {
  it('the client library brings the texts of all that esbuild names in it', async () => {
    const built = join(folder, 'sdk');
    await buildSdk(built, { declarations: false });
    const code = readdirSync(built).filter(file => file.endsWith('.js'));
    // Unminified code has a comment with the path of each file that is in it.
    const paths = code.flatMap(file =>
      [...readFileSync(join(built, file), 'utf8').matchAll(/^\/\/ (\S*node_modules\/\S+)$/gm)].map(
        ([, path = '']) => path,
      ),
    );
    const bundled = packagesIn(paths);
    expect(bundled.size).toBeGreaterThan(2);
    expect(headed(readFileSync(join(built, licensesFile), 'utf8'))).toEqual(bundled);
  });

  it('the construct brings those of its rotation function', async () => {
    const built = join(folder, 'client-secrets');
    await buildClientSecrets(built);
    const { outputs } = await bundleRotation(join(folder, 'rotation'));
    const bundled = packagesIn(
      Object.values(outputs).flatMap(({ inputs }) => Object.keys(inputs).filter(path => inputs[path]?.bytesInOutput)),
    );
    expect(bundled).toContain('@aws-sdk/client-secrets-manager');
    expect(headed(readFileSync(join(built, licensesFile), 'utf8'))).toEqual(bundled);
  });

  it('both bring the file when they are packed: neither names its files', () => {
    for (const manifest of ['sdk/package.json', 'lib/client-secrets/package.json'])
      expect(JSON.parse(readFileSync(join(project, manifest), 'utf8'))).not.toHaveProperty('files');
  });
});
