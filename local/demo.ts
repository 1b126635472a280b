import { writeSync } from 'node:fs';
import { systemRuntime } from '../lambdas/platform/kernel/system-runtime.ts';
import { type ChapterId, chapterList, chapters, chosenChapters, UnknownChapterError } from './demo/chapters.ts';
import { startDemoServer } from './demo/demo-server.ts';
import { createStepRunner, failureText, type RunStep } from './demo/step-runner.ts';
import { divertOutput } from './server-log.ts';
import { readStartDate } from './start-date.ts';

const standardOutput = 1;
const print = (line: string) => writeSync(standardOutput, `${line}\n`);

/** Output of the handlers, the log of the server; its end is printed when a step fails. */
const log: string[] = [];
divertOutput(text => log.push(text));

try {
  const ids = chosenChapters(process.argv.slice(2));
  if (ids.length === 0) print(`npm run demo -- <chapter>\n\n${chapterList()}`);
  else await runChapters(ids);
  process.exit(0);
} catch (error) {
  if (log.length > 0) print(`\nThe last log entries of the server:\n${log.slice(-4).join('')}`);
  print(`\n${failureText(error)}`);
  if (error instanceof UnknownChapterError) print(`\n${chapterList()}`);
  process.exit(1);
}

async function runChapters(ids: readonly ChapterId[]): Promise<void> {
  print('A license server in memory: real HTTP requests, real signatures.');
  const { step, count } = createStepRunner(print);
  await runOnServer(ids, step);
  print(`\nAll ${count()} steps succeeded (${process.uptime().toFixed(1)} s).`);
  print('Other chapters: npm run demo -- --list. A server to call: npm start');
}

async function runOnServer(ids: readonly ChapterId[], step: RunStep): Promise<void> {
  const server = await startDemoServer(readStartDate() ?? systemRuntime.now());
  try {
    for (const id of ids) {
      print(`\n${id}: ${chapters[id].summary}`);
      await chapters[id].run(server, step);
    }
  } finally {
    await server.close();
  }
}
