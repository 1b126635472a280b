import { spawnSync } from 'node:child_process';
import { hangsAfterMs } from '../support/hangs-after.ts';

/** Whether this machine has a program, and it says that it works. @param expected what its answer begins with */
export function hasCommand(program: string, args: readonly string[], expected = ''): boolean {
  const { status, stdout } = spawnSync(program, args, { encoding: 'utf8', timeout: hangsAfterMs });
  return status === 0 && stdout.startsWith(expected);
}
