import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import * as z from 'zod';
import { ownZod } from './own-zod.ts';
import { licensesFile, thirdPartyLicenses } from './third-party-licenses.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const defaultOutDir = join(root, 'build', 'sdk');

const Package = z.looseObject({
  exports: z.record(z.string(), z.object({ types: z.string(), default: z.string() })),
});

/** Entries of the package by their sources: `./express` is `sdk/middleware/express.ts`, since its types lie there. */
function entryPoints({ exports }: z.infer<typeof Package>): { in: string; out: string }[] {
  return Object.values(exports).map(({ types, default: code }) => ({
    in: sourceOf(types),
    out: code.replace(/^\.\//, '').replace(/\.js$/, ''),
  }));
}

/** `./types/sdk/index.d.ts` is declared by `sdk/index.ts`. */
function sourceOf(types: string): string {
  return join(root, types.replace(/^\.\/types\//, '').replace(/\.d\.ts$/, '.ts'));
}

/** Builds the package of the client library: ESM with all that it needs inside, shared parts once, and its declarations. */
export async function buildSdk(outDir: string, { declarations }: { declarations: boolean }): Promise<void> {
  rmSync(outDir, { recursive: true, force: true });
  mkdirSync(outDir, { recursive: true });
  const manifest = Package.parse(JSON.parse(readFileSync(join(root, 'sdk', 'package.json'), 'utf8')));
  const { metafile } = await build({
    entryPoints: entryPoints(manifest),
    metafile: true,
    outdir: outDir,
    bundle: true,
    splitting: true,
    // Not minified: an uncaught error is printed with its source line. Bundlers of applications minify the package.
    minify: false,
    absWorkingDir: root,
    format: 'esm',
    platform: 'neutral',
    target: 'es2023',
    mainFields: ['module', 'main'],
    plugins: [ownZod],
    external: ['node:*'],
    legalComments: 'linked',
    logLevel: 'warning',
  });
  for (const file of ['package.json', 'README.md']) cpSync(join(root, 'sdk', file), join(outDir, file));
  writeFileSync(join(outDir, licensesFile), thirdPartyLicenses([metafile]));
  const sources = Object.values(manifest.exports).map(({ types }) => sourceOf(types));
  if (declarations) declare(join(outDir, 'types'), sources);
}

/** The compiler writes `./x.ts` into declarations, which is good for those who have the sources only. */
export function declare(outDir: string, sources: readonly string[]): void {
  const tsconfig = join(outDir, '..', 'tsconfig.declarations.json');
  const compilerOptions = {
    noEmit: false,
    declaration: true,
    emitDeclarationOnly: true,
    rewriteRelativeImportExtensions: true,
    allowImportingTsExtensions: false,
    outDir,
    rootDir: root,
    types: ['node'],
    // The folder may be anywhere.
    typeRoots: [join(root, 'node_modules', '@types')],
  };
  writeFileSync(
    tsconfig,
    JSON.stringify({ extends: join(root, 'tsconfig.json'), compilerOptions, include: [], files: sources }),
  );
  execFileSync(process.execPath, [join(root, 'node_modules', 'typescript', 'bin', 'tsc'), '-p', tsconfig], {
    stdio: 'inherit',
  });
  rmSync(tsconfig);
}

if (import.meta.main) {
  const outDir = process.argv[2] ?? defaultOutDir;
  await buildSdk(outDir, { declarations: true });
  console.log(`${outDir} is the package @license-server/sdk: npm install it, or npm pack`);
}
