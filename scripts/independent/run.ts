import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { commitHash } from './commit.ts';
import { alwaysInCi, type Part, parts } from './parts.ts';
import { missingProgram } from './programs.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { ci: { type: 'boolean', default: false } },
});

const table: Readonly<Record<string, Part>> = parts;
const unknown = positionals.find(name => !(name in table));
if (unknown !== undefined) {
  console.error(`Part ${unknown} is unknown: expected one of ${Object.keys(table).join(', ')}.`);
  process.exit(2);
}

const chosen = values.ci ? partsOfCi() : positionals.length > 0 ? positionals : Object.keys(table);
const results = chosen.map(id => timed(id));
console.log('\nIndependent checks:');
for (const { id, result, seconds } of results)
  console.log(`  ${id.padEnd(24)} ${result.padEnd(8)} ${seconds.toFixed(0).padStart(5)} s`);
process.exit(results.some(({ result }) => isFailure(result)) ? 1 : 0);

type Result = 'passed' | 'failed' | 'skipped';

function timed(id: string) {
  const began = performance.now();
  const result = runPart(id);
  return { id, result, seconds: (performance.now() - began) / 1000 };
}

function runPart(id: string): Result {
  const part = table[id];
  if (!part) return 'failed';
  console.log(`\n== ${id}: ${part.title}`);
  const [program, ...args] = part.command;
  const { status } = spawnSync(program, args, { stdio: 'inherit' });
  if (status === missingProgram) return 'skipped';
  return status === 0 ? 'passed' : 'failed';
}

/** In CI nothing may be skipped: it installs what the parts need. */
function isFailure(result: Result): boolean {
  return result === 'failed' || (values.ci && result === 'skipped');
}

/** The parts of every run, and one of the others by the commit's hash, so that a few runs cover all. */
function partsOfCi(): string[] {
  const others = Object.keys(table).filter(id => !(alwaysInCi as readonly string[]).includes(id));
  const hash = commitHash();
  const turn = others[Number.parseInt(hash.slice(0, 8), 16) % Math.max(others.length, 1)];
  console.log(
    `Commit ${hash.slice(0, 12)} selects the part ${turn ?? '(none)'} beside ${alwaysInCi.join(', ') || '(none)'}.`,
  );
  return [...alwaysInCi, ...(turn === undefined ? [] : [turn])];
}
