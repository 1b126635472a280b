import { cpSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { declare } from './build-sdk.ts';
import { bundleOptions, environmentCredentialsOnly } from './bundle.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const defaultOutDir = join(root, 'build', 'client-secrets');

/** Builds the package of the construct for other CDK apps, with the rotation function bundled beside it. */
export async function buildClientSecrets(outDir: string): Promise<void> {
  rmSync(outDir, { recursive: true, force: true });
  mkdirSync(outDir, { recursive: true });
  await bundleRotation(join(outDir, 'rotation'));
  const source = join(root, 'lib', 'client-secrets', 'client-secrets.ts');
  await build({
    entryPoints: [{ in: source, out: 'index' }],
    outdir: outDir,
    ...bundleOptions,
    // An error at synth is shown with its line: it must be a line.
    minify: false,
    absWorkingDir: root,
    external: ['aws-cdk-lib', 'constructs'],
    logLevel: 'warning',
  });
  for (const file of ['package.json', 'README.md'])
    cpSync(join(root, 'lib', 'client-secrets', file), join(outDir, file));
  declare(join(outDir, 'types'), [source]);
}

/** Bundles the rotation function to `<outDir>/index.mjs`, as the functions of the server are. */
export async function bundleRotation(outDir: string): Promise<void> {
  await build({
    entryPoints: [{ in: join(root, 'client-secrets', 'handler.ts'), out: 'index' }],
    outdir: outDir,
    outExtension: { '.js': '.mjs' },
    ...bundleOptions,
    alias: environmentCredentialsOnly,
    logLevel: 'warning',
  });
}

if (import.meta.main) {
  const outDir = process.argv[2] ?? defaultOutDir;
  await buildClientSecrets(outDir);
  console.log(`${outDir} is the package @license-server/client-secrets: npm install it, or npm pack`);
}
