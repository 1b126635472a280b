import { rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BuildOptions, build } from 'esbuild';
import { handlerFiles } from '../lambdas/areas.ts';

export interface Bundle {
  readonly id: string;
  readonly bytes: number;
}

const root = fileURLToPath(new URL('..', import.meta.url));

/** Where `cdk synth` looks for the bundles. */
export const defaultOutDir = join(root, 'build', 'lambdas');

/**
 * Lambda gives a function its credentials in environment variables. The default chain would bring the providers of files, SSO and
 * instance metadata with their own clients: about 100 kB to load at every cold start, and more places to take credentials from.
 */
export const environmentCredentialsOnly = {
  '@aws-sdk/credential-provider-node': join(root, 'scripts', 'environment-credentials.ts'),
};

/** Some dependencies are CommonJS and call `require` for Node's own modules, which ESM does not give them. */
const banner = "import{createRequire}from'node:module';const require=createRequire(import.meta.url);";

/** How every function is bundled; the bench bundles its bare handlers the same way. */
export const bundleOptions: BuildOptions = {
  bundle: true,
  minify: true,
  format: 'esm',
  platform: 'node',
  target: 'node24',
  mainFields: ['module', 'main'],
  banner: { js: banner },
  legalComments: 'none',
};

/**
 * Bundles the handler of every row to `<outDir>/<id>/index.mjs`, in one esbuild run. The same sources give the same bytes, so that
 * a deployment without a change is none. What is bundled into what stands in `<outDir>/meta.json`.
 */
export async function bundle(outDir: string): Promise<Bundle[]> {
  rmSync(outDir, { recursive: true, force: true });
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: entryPoints(),
    outdir: outDir,
    outExtension: { '.js': '.mjs' },
    ...bundleOptions,
    alias: environmentCredentialsOnly,
    metafile: true,
    logLevel: 'warning',
  });
  await writeFile(join(outDir, 'meta.json'), JSON.stringify(metafile));
  return Object.entries(metafile.outputs).map(([path, { bytes }]) => ({ id: path.split('/').at(-2) ?? path, bytes }));
}

function entryPoints(): { in: string; out: string }[] {
  return Object.entries(handlerFiles).map(([id, file]) => ({ in: `lambdas/${file}`, out: `${id}/index` }));
}

if (import.meta.main) {
  const bundles = await bundle(process.argv[2] ?? defaultOutDir);
  for (const { id, bytes } of bundles.sort((a, b) => b.bytes - a.bytes))
    console.log(`${String(Math.round(bytes / 1000)).padStart(5)} kB  ${id}`);
  console.log(`${bundles.length} bundles`);
}
