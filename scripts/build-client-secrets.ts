import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Metafile } from 'esbuild';
import { declare } from './build-sdk.ts';
import { bundleOptions, environmentCredentialsOnly } from './bundle.ts';
import { licensesFile, thirdPartyLicenses } from './third-party-licenses.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const defaultOutDir = join(root, 'build', 'client-secrets');

/** Builds the package of the construct for other CDK apps, with the rotation function bundled beside it. */
export async function buildClientSecrets(outDir: string): Promise<void> {
  rmSync(outDir, { recursive: true, force: true });
  mkdirSync(outDir, { recursive: true });
  const rotation = await bundleRotation(join(outDir, 'rotation'));
  const source = join(root, 'lib', 'client-secrets', 'client-secrets.ts');
  const { metafile: construct } = await build({
    entryPoints: [{ in: source, out: 'index' }],
    outdir: outDir,
    ...bundleOptions,
    metafile: true,
    // An error at synth is shown with its line: it must be a line.
    minify: false,
    absWorkingDir: root,
    external: ['aws-cdk-lib', 'constructs'],
    logLevel: 'warning',
  });
  for (const file of ['package.json', 'README.md'])
    cpSync(join(root, 'lib', 'client-secrets', file), join(outDir, file));
  writeFileSync(join(outDir, licensesFile), thirdPartyLicenses([rotation, construct]));
  declare(join(outDir, 'types'), [source]);
}

/** Bundles the rotation function to `<outDir>/index.mjs`, as the functions of the server are. @returns what was bundled */
export async function bundleRotation(outDir: string): Promise<Metafile> {
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: [{ in: join(root, 'client-secrets', 'handler.ts'), out: 'index' }],
    outdir: outDir,
    outExtension: { '.js': '.mjs' },
    ...bundleOptions,
    metafile: true,
    alias: environmentCredentialsOnly,
    logLevel: 'warning',
  });
  return metafile;
}

if (import.meta.main) {
  const outDir = process.argv[2] ?? defaultOutDir;
  await buildClientSecrets(outDir);
  console.log(`${outDir} is the package @license-server/client-secrets: npm install it, or npm pack`);
}
