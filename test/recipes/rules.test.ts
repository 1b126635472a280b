import { execFileSync } from 'node:child_process';
import { expect, it } from '@jest/globals';
import { hasCommand } from '../cli/has-command.ts';

const hasPython = hasCommand('python3', ['--version']);

(hasPython ? it : it.skip)(
  `a program that knows the words of docs/vectors/README.md alone replays the refresh and the guard${hasPython ? '' : ', SKIPPED: there is no python3'}`,
  () => {
    const different = execFileSync('python3', ['test/recipes/rules.py', 'docs/vectors'], { encoding: 'utf8' });
    expect(JSON.parse(different)).toEqual([]);
  },
);
