import { Command, InvalidArgumentError } from 'commander';
import * as z from 'zod';
import { day, hour, minute, type Seconds } from '../../domain/kernel/time.ts';
import type * as Control from '../../local/control.ts';
import { addExample } from '../example.ts';
import { Unreachable } from '../exit.ts';
import { note, output } from '../output.ts';

const help = `
Exit codes: 0 it was done; 1 the server broke off; 2 the command or a file is wrong; 3 no server runs on the folder.`;

/** `license-server local`: commands for a server that `npm start` runs on this machine. */
export function localCommand(): Command {
  const command = new Command('local').description(
    'Moves the clock of a server that npm start runs, copies its exports.',
  );
  const ticking = command
    .command('tick')
    .description('Lets time pass: the clock of the server moves forward, and what falls due on the way runs.')
    .argument('<duration>', 'such as 30d, 12h, 90m', duration)
    .option('--step <duration>', 'goes so far at once: quicker, and what falls due on the way runs once', duration, 0)
    .option('--idle <schedules>', 'these need not run on the way, such as sweep-expiry: they catch up later', idle, '')
    .action(async (seconds: Seconds, given: unknown) => {
      const { data, step, idle } = Options.parse(given);
      await running(async ({ tick }) => await tick(data, { seconds, stepSeconds: step, idle }, output));
    });
  const clock = command
    .command('clock')
    .description('Shows the clock of the server.')
    .action(async (given: unknown) => {
      const { data } = Options.parse(given);
      await running(async ({ showClock }) => await showClock(data, output));
    });
  const exporting = command
    .command('exports')
    .description('Copies the bucket of exports into a folder: statements, manifests, audit seals.')
    .argument('<folder>', 'where to; what is there already is written over')
    .action(async (target: string, given: unknown) => {
      const { data } = Options.parse(given);
      await running(async ({ exportTo }) => await exportTo(target, data, output));
    });
  for (const one of [ticking, clock, exporting])
    one.option('--data <folder>', 'where that server keeps its data', '.local').addHelpText('after', help);
  addExample(ticking, 'local tick 30d');
  addExample(clock, 'local clock');
  addExample(exporting, 'local exports out');
  return command;
}

const Options = z.object({ data: z.string(), step: z.number().default(0), idle: z.string().default('') });

/** What works on a local server brings the AWS SDK: the other commands shall not wait for it to load. */
async function running(work: (control: typeof Control) => Promise<void>): Promise<void> {
  const control = await import('../../local/control.ts');
  try {
    await work(control);
  } catch (error) {
    if (error instanceof control.NoLocalServer) throw new Unreachable(error.message);
    if (!(error instanceof control.BrokenOff)) throw error;
    note(error.message);
    process.exitCode = 1;
  }
}

const units = { m: minute, h: hour, d: day } as const;
const longestDays = 366;

function duration(text: string): Seconds {
  const [, count = '', unit] = /^([1-9]\d{0,5})([mhd])$/.exec(text) ?? [];
  const perUnit = Object.entries(units).find(([name]) => name === unit)?.[1];
  const seconds = Number(count) * (perUnit ?? Number.NaN);
  if (seconds <= longestDays * day) return seconds;
  throw new InvalidArgumentError(`It is a time such as 90m, 12h or 30d, of at most ${longestDays}d.`);
}

function idle(text: string): string {
  if (/^[a-z,-]+$/.test(text)) return text;
  throw new InvalidArgumentError('It is names of schedules with commas between, such as sweep-expiry.');
}
