import { spawnSync } from 'node:child_process';
import { hasCommand } from '../../cli/has-command.ts';
import { hangsAfterMs } from '../hangs-after.ts';

/** A program and its arguments. */
export type Recipe = readonly string[];

/** What docs/examples has for one language. */
export interface Language {
  readonly name: string;
  /** why its recipes can't run on this machine */
  readonly missing: string | undefined;
  /** made ready once, in a folder of the test */
  readonly prepare?: (folder: string) => void;
  request(folder: string): Recipe;
  refresh(folder: string): Recipe;
  verify(folder: string): Recipe;
}

const examples = 'docs/examples';
const hasShell =
  hasCommand('openssl', ['version'], 'OpenSSL 3') &&
  hasCommand('curl', ['--version']) &&
  hasCommand('flock', ['--version']);
const hasPython = hasCommand('python3', ['-c', 'import cryptography']);
const hasJava = hasCommand('javac', ['--version'], 'javac');
/** Compiled once: `java LicenseClient.java` compiles in each start, which takes a second. */
const java = (folder: string, command: string) => [
  'java',
  '-XX:TieredStopAtLevel=1',
  '-cp',
  folder,
  'LicenseClient',
  command,
];

export const languages: readonly Language[] = [
  {
    name: 'shell',
    missing: hasShell ? undefined : 'there is no openssl 3 with curl and flock',
    request: () => ['sh', `${examples}/signed-request.sh`],
    refresh: () => ['sh', `${examples}/refresh-key.sh`],
    verify: () => ['sh', `${examples}/verify-key.sh`],
  },
  {
    name: 'Python',
    missing: hasPython ? undefined : 'there is no python3 with the package cryptography',
    request: () => ['python3', `${examples}/signed_request.py`],
    refresh: () => ['python3', `${examples}/refresh_key.py`],
    verify: () => ['python3', `${examples}/verify_key.py`],
  },
  {
    name: 'Java',
    missing: hasJava ? undefined : 'there is no JDK',
    prepare: compile,
    request: folder => java(folder, 'request'),
    refresh: folder => java(folder, 'refresh'),
    verify: folder => java(folder, 'verify'),
  },
];

/** Tests of one language; where it can't run, their titles say why. */
export function titleOf({ name, missing }: Language): string {
  return missing === undefined ? name : `${name}, SKIPPED: ${missing}`;
}

function compile(folder: string): void {
  const sources = [`${examples}/LicenseClient.java`, 'test/recipes/ChainVectors.java'];
  const { status, stderr } = spawnSync('javac', ['-d', folder, ...sources], {
    encoding: 'utf8',
    timeout: hangsAfterMs,
  });
  if (status !== 0) throw new Error(stderr);
}
