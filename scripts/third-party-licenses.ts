import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Metafile } from 'esbuild';
import * as z from 'zod';

const root = fileURLToPath(new URL('..', import.meta.url));

/** The name of the file in each package that leaves this repository. */
export const licensesFile = 'THIRD_PARTY_LICENSES.txt';

const Package = z.looseObject({ name: z.string(), version: z.string(), license: z.string() });
const legalFile = /^(licen[cs]e|copying|notice|copyrightnotice)/i;
const rule = '='.repeat(80);

/**
 * Returns the license texts and notices of every package of which esbuild has put code into an output, sorted by name.
 * @param folder where the paths of the inputs begin
 * @throws when a package has no license text: it must not be distributed then
 */
export function thirdPartyLicenses(metafiles: readonly Metafile[], folder = root): string {
  const folders = [...new Set(metafiles.flatMap(bundledInputs).flatMap(packageFolder))].sort();
  const introduction = 'This package contains code of the packages below, under their licenses.';
  return `${[introduction, ...folders.map(path => licenseOf(join(folder, path)))].join(`\n\n${rule}\n`)}\n`;
}

/** Inputs of which bytes are in an output: what was only looked at, or shaken off, is not distributed. */
function bundledInputs({ outputs }: Metafile): string[] {
  return Object.values(outputs).flatMap(({ inputs }) =>
    Object.entries(inputs).flatMap(([path, { bytesInOutput }]) => (bytesInOutput > 0 ? [path] : [])),
  );
}

/** `node_modules/a/node_modules/@b/c/index.js` is of `node_modules/a/node_modules/@b/c`; files of ours are of none. */
function packageFolder(path: string): string[] {
  const [folder] = /^(.*\/)?node_modules\/(@[^/]+\/)?[^/]+/.exec(path) ?? [];
  return folder ? [folder] : [];
}

function licenseOf(folder: string): string {
  const { name, version, license } = Package.parse(JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')));
  const files = readdirSync(folder)
    .filter(file => legalFile.test(file))
    .sort();
  if (!files.some(file => /^(licen[cs]e|copying)/i.test(file)))
    throw new Error(`${name} ${version} (${license}) has no license text, and would be bundled`);
  return [
    `${name} ${version} (${license})`,
    ...files.map(file => readFileSync(join(folder, file), 'utf8').trim()),
  ].join('\n\n');
}
