import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { createNarrator, failureText } from '../local/demo/narrator.ts';
import { tellLicenses } from './story/licenses.ts';
import { tellMistakes } from './story/mistakes.ts';
import { setStage } from './story/stage.ts';
import { tellTime } from './story/time.ts';

await new Command('npm run example --')
  .description('Starts the license server, HWF and Boost on this machine, and tells what they do.')
  .option('--data <folder>', 'where that license server keeps its data @default a folder that is removed again')
  .action(async ({ data }: { data?: string }) => await run(data))
  .parseAsync();

async function run(given: string | undefined): Promise<void> {
  const folder = given ?? mkdtempSync(join(tmpdir(), 'license-server-example-'));
  try {
    console.log('Two applications and their license server, each a program of its own: real HTTP, real signatures.');
    const { tell, steps } = createNarrator(line => console.log(line));
    const stage = await setStage(folder);
    try {
      const plants = await tellLicenses(stage, tell);
      await tellTime(stage, tell, plants);
      await tellMistakes(stage, tell);
    } catch (error) {
      console.log(
        `\nHWF's last words:\n${stage.hwf.output().slice(-2000)}\nBoost's:\n${stage.boost.output().slice(-2000)}`,
      );
      throw error;
    } finally {
      await stage.close();
    }
    console.log(
      `\nAll ${steps()} steps did what they say (${process.uptime().toFixed(1)} s). Next: examples/README.md`,
    );
  } catch (error) {
    console.log(`\n${failureText(error)}`);
    process.exitCode = 1;
  } finally {
    if (given === undefined) rmSync(folder, { recursive: true, force: true });
  }
}
