import { spawnSync } from 'node:child_process';

/** Whether this machine has a program, and it says that it works. @param expected what its answer begins with */
export function hasCommand(program: string, args: readonly string[], expected = ''): boolean {
  const { status, stdout } = spawnSync(program, args, { encoding: 'utf8', timeout: 20_000 });
  return status === 0 && stdout.startsWith(expected);
}
