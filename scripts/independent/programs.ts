import { spawnSync } from 'node:child_process';

/** The exit code of a part that needs a program which is not on this machine (as automake's tests do). */
export const missingProgram = 77;

/** Ends this process with 77 and a last line that names the first program that is not on the PATH. */
export function requirePrograms(...programs: readonly string[]): void {
  const missing = programs.find(program => spawnSync('sh', ['-c', 'command -v "$0"', program]).status !== 0);
  if (missing === undefined) return;
  console.log(`Skipped: ${missing} is not installed.`);
  process.exit(missingProgram);
}

/** Runs a program to its end, with its output in ours; ends this process with 77 when it does. @throws Error when it fails */
export function runProgram(program: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): void {
  const { status, error } = spawnSync(program, args, { stdio: 'inherit', env: { ...process.env, ...env } });
  if (error) throw error;
  if (status === missingProgram) process.exit(missingProgram);
  if (status !== 0) throw new Error(`${program} ${args[0] ?? ''} ended with ${status}.`);
}
