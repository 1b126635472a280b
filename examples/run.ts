import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { createStepRunner, failureText } from '../local/demo/step-runner.ts';
import { startExample } from './story/example-run.ts';
import { demonstrateLicenses } from './story/licenses.ts';
import { demonstrateMistakes } from './story/mistakes.ts';
import { demonstrateTime } from './story/time.ts';

await new Command('npm run example --')
  .description('Run the license server, HWF and Boost on this machine, step by step')
  .option('--data <folder>', 'data folder of the license server (default: a temporary folder)')
  .action(async ({ data }: { data?: string }) => await run(data))
  .parseAsync();

async function run(given: string | undefined): Promise<void> {
  const folder = given ?? mkdtempSync(join(tmpdir(), 'license-server-example-'));
  try {
    console.log('Two applications and their license server, three programs: real HTTP requests, real signatures.');
    const { step, count } = createStepRunner(line => console.log(line));
    const example = await startExample(folder);
    try {
      const plants = await demonstrateLicenses(example, step);
      await demonstrateTime(example, step, plants);
      await demonstrateMistakes(example, step);
    } catch (error) {
      console.log(
        `\nLast output of HWF:\n${example.hwf.output().slice(-2000)}\nOf Boost:\n${example.boost.output().slice(-2000)}`,
      );
      throw error;
    } finally {
      await example.close();
    }
    console.log(`\nAll ${count()} steps succeeded (${process.uptime().toFixed(1)} s). Next: examples/README.md`);
  } catch (error) {
    console.log(`\n${failureText(error)}`);
    process.exitCode = 1;
  } finally {
    if (given === undefined) rmSync(folder, { recursive: true, force: true });
  }
}
