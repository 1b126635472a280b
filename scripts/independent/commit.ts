import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

/** Returns the hash of the commit, in hexadecimal; without Git, the digest of the lock file, so that the choice is still fixed. */
export function commitHash(): string {
  try {
    return execFileSync('git', ['rev-parse', 'HEAD'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  } catch {
    return createHash('sha256').update(readFileSync('package-lock.json')).digest('hex');
  }
}
