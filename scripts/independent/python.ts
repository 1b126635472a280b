import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { requirePrograms, runProgram } from './programs.ts';

/**
 * Returns the folder `bin` of a virtual environment under `build/` with the packages that a file pins; ends this process with 77 where
 * there is no Python.
 *
 * @param requirements file of exact versions, as pip reads it
 */
export function pythonEnvironment(name: string, requirements: string): string {
  requirePrograms('python3');
  const folder = join('build', 'python', name);
  const [bin, stamp] = [join(folder, 'bin'), join(folder, 'installed')];
  const digest = createHash('sha256').update(readFileSync(requirements)).digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === digest) return bin;
  rmSync(folder, { recursive: true, force: true });
  runProgram('python3', ['-m', 'venv', folder]);
  runProgram(join(bin, 'pip'), ['install', '--quiet', '--disable-pip-version-check', '-r', requirements]);
  writeFileSync(stamp, digest);
  return bin;
}
