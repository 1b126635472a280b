import { spawn } from 'node:child_process';
import { requirePrograms, runProgram } from './programs.ts';

/** Drive every operation: each success, each refusal, and every function once. */
const everyOperation = ['test/platform/operations/', 'test/bars/grants.test.ts'];

/** Start programs of other languages, and wait for them. */
const otherPrograms = ['test/cli/examples.test.ts', 'test/cli/moved-clock.test.ts'];

/** Ends with the process that started it, however that one ends. */
const busyLoop = 'const parent = process.ppid; while (process.ppid === parent);';

requirePrograms('taskset');

console.log('Every operation, on one processor that is shared with three busy loops');
runBeside(3, 'taskset', ['--cpu-list', '0'], ['--runInBand', ...everyOperation]);

console.log('\nPrograms of other languages, beside six busy loops');
runBeside(6, 'env', [], otherPrograms);

/** Runs tests while busy loops take processor time. Tests and loops are started by the same program, with the same arguments. */
function runBeside(busyLoops: number, starter: string, args: readonly string[], tests: readonly string[]): void {
  const loops = Array.from({ length: busyLoops }, () =>
    spawn(starter, [...args, process.execPath, '-e', busyLoop], { stdio: 'ignore' }),
  );
  try {
    runProgram(starter, [...args, 'npm', 'test', '--silent', '--', '--ci', '--silent', ...tests]);
  } finally {
    for (const loop of loops) loop.kill();
  }
}
