import { mkdtempSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemRuntime } from '../lambdas/platform/kernel/system-runtime.ts';
import { narrateEndings } from './demo/endings.ts';
import { narrateKeys } from './demo/keys.ts';
import { narrateChecks, narrateLicenses } from './demo/licenses.ts';
import { narrateModes } from './demo/modes.ts';
import { narrateMonth } from './demo/month.ts';
import { createNarrator, failureText, type Narrate } from './demo/narrator.ts';
import { narrateQuarter } from './demo/quarter.ts';
import { narrateRotations } from './demo/rotations.ts';
import { setStage } from './demo/stage.ts';
import { storyTimes } from './demo/story-times.ts';
import { divertOutput } from './server-log.ts';
import { readStartDate } from './start-date.ts';

const standardOutput = 1;
const print = (line: string) => writeSync(standardOutput, `${line}\n`);

/** What the handlers print belongs to the log of a server; its end is shown where the story goes wrong. */
const log: string[] = [];
divertOutput(text => log.push(text));

try {
  print('The story of a license server: real HTTP, real signatures, its own world in memory.');
  const { tell, steps } = createNarrator(print);
  await tellStory(tell);
  print(`\nAll ${steps()} steps did what they say (${process.uptime().toFixed(1)} s). Next: npm start`);
  process.exit(0);
} catch (error) {
  if (log.length > 0) print(`\nThe server's last words:\n${log.slice(-4).join('')}`);
  print(`\n${failureText(error)}`);
  process.exit(1);
}

async function tellStory(tell: Narrate): Promise<void> {
  const start = readStartDate() ?? systemRuntime.now();
  const times = storyTimes(start);
  const stage = await setStage(start);
  try {
    const licenses = await narrateLicenses(stage, tell);
    await narrateChecks(stage, tell, licenses);
    const { plant, trial } = await narrateModes(stage, tell, licenses);
    await narrateEndings(stage, tell, { plant: await narrateKeys(stage, tell, plant), trial });
    const month = await narrateMonth(stage, tell, times);
    await narrateQuarter(stage, tell, { times, month, folder: mkdtempSync(join(tmpdir(), 'license-server-demo-')) });
    await narrateRotations(stage, tell);
  } finally {
    await stage.close();
  }
}
