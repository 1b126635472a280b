import { Command, InvalidArgumentError } from 'commander';
import * as z from 'zod';
import { day, hour, minute, type Seconds } from '../../domain/kernel/time.ts';
import type * as Control from '../../local/control.ts';
import { addExample } from '../example.ts';
import { UnreachableError } from '../exit.ts';
import { note, output } from '../output.ts';

const help = `
Exit codes: 0 success; 1 the server stopped during the command; 2 the command or a file is invalid; 3 no server runs on the folder.`;

/** `license-server local`: controls a server that `npm start` runs on this machine. */
export function localCommand(): Command {
  const command = new Command('local').description('Control a local server that npm start runs');
  const ticking = command
    .command('tick')
    .description('Advance the clock of the server and run the schedules in between')
    .argument('<duration>', 'duration such as 30d, 12h, 90m', duration)
    .option(
      '--step <duration>',
      'advance in steps of this length; each schedule runs at most once per step, which is faster',
      duration,
      0,
    )
    .option('--skip <schedules>', 'skip these schedules, such as sweep-expiry; they catch up later', scheduleNames, '')
    .action(async (seconds: Seconds, given: unknown) => {
      const { data, step, skip } = Options.parse(given);
      await running(async ({ tick }) => await tick(data, { seconds, stepSeconds: step, skipped: skip }, output));
    });
  const clock = command
    .command('clock')
    .description('Show the clock of the server')
    .action(async (given: unknown) => {
      const { data } = Options.parse(given);
      await running(async ({ showClock }) => await showClock(data, output));
    });
  const exporting = command
    .command('exports')
    .description('Copy the exports bucket to a folder: statements, manifests, audit seals')
    .argument('<folder>', 'target folder; existing files are overwritten')
    .action(async (target: string, given: unknown) => {
      const { data } = Options.parse(given);
      await running(async ({ exportTo }) => await exportTo(target, data, output));
    });
  for (const one of [ticking, clock, exporting])
    one.option('--data <folder>', 'data folder of the server', '.local').addHelpText('after', help);
  addExample(ticking, 'local tick 30d');
  addExample(clock, 'local clock');
  addExample(exporting, 'local exports out');
  return command;
}

const Options = z.object({ data: z.string(), step: z.number().default(0), skip: z.string().default('') });

/** Loads the control of a local server on demand: it imports the AWS SDK, which other commands do not need. */
async function running(work: (control: typeof Control) => Promise<void>): Promise<void> {
  const control = await import('../../local/control.ts');
  try {
    await work(control);
  } catch (error) {
    if (error instanceof control.NoLocalServerError) throw new UnreachableError(error.message);
    if (!(error instanceof control.InterruptedError)) throw error;
    note(error.message);
    process.exitCode = 1;
  }
}

const units = { m: minute, h: hour, d: day } as const;
const maxDays = 366;

function duration(text: string): Seconds {
  const [, count = '', unit] = /^([1-9]\d{0,5})([mhd])$/.exec(text) ?? [];
  const perUnit = Object.entries(units).find(([name]) => name === unit)?.[1];
  const seconds = Number(count) * (perUnit ?? Number.NaN);
  if (seconds <= maxDays * day) return seconds;
  throw new InvalidArgumentError(`Expected a duration such as 90m, 12h or 30d, at most ${maxDays}d.`);
}

function scheduleNames(text: string): string {
  if (/^[a-z,-]+$/.test(text)) return text;
  throw new InvalidArgumentError('Expected comma-separated names of schedules, such as sweep-expiry.');
}
