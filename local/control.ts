import { join } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { day, hour, minute, type Seconds } from '../domain/time.ts';
import { type ControlAddress, readControlAddress } from './control-file.ts';
import { ControlLine } from './control-server.ts';
import { copyExports, statementFolders } from './exports-copy.ts';

const units = { m: minute, h: hour, d: day } as const;
const longestDays = 366;

const program = new Command('npm run local --').description('Commands for a server that npm start runs.');
program
  .command('tick')
  .description('Lets time pass: the clock of the server moves forward, and what falls due on the way runs.')
  .argument('<duration>', 'such as 30d, 12h, 90m', duration)
  .option('--data <folder>', 'where that server keeps its data', '.local')
  .option('--step <duration>', 'goes so far at once: quicker, and what falls due on the way runs once', duration)
  .option('--idle <schedules>', 'these need not run on the way, such as sweep-expiry: they catch up later', '')
  .action(
    async (seconds: Seconds, { data, step = 0, idle }: { data: string; step?: Seconds; idle: string }) =>
      await command(data, 'POST', `/tick/${seconds}/${step}${idle && `/${idle}`}`),
  );
program
  .command('clock')
  .description('Shows the clock of the server.')
  .option('--data <folder>', 'where that server keeps its data', '.local')
  .action(async ({ data }: { data: string }) => await command(data, 'GET', '/clock'));
program
  .command('exports')
  .description('Copies the bucket of exports into a folder: statements, manifests, audit seals.')
  .argument('<folder>', 'where to; what is there already is written over')
  .option('--data <folder>', 'where that server keeps its data', '.local')
  .action(async (target: string, { data }: { data: string }) => await exportTo(target, data));

await program.parseAsync().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
});

/** Prints what the server tells, while it tells it. @throws when it does not tell to the end */
async function command(folder: string, method: string, path: string): Promise<void> {
  const address = addressIn(folder);
  const headers = { authorization: `Bearer ${address.token}` };
  const response = await fetch(address.url + path, { method, headers }).catch(() => undefined);
  if (!response?.ok || !response.body) throw noServer(folder);
  let clock: string | undefined;
  for await (const text of linesOf(response.body)) {
    const told = ControlLine.parse(JSON.parse(text));
    if ('line' in told) console.log(told.line);
    else clock = `The server's clock shows ${told.now}, ${aheadOf(told.aheadSeconds)} this machine's.`;
  }
  if (!clock) throw new Error('The server did not come to the end.');
  console.log(clock);
}

/** Prints what was copied, and how each statement is verified. */
async function exportTo(target: string, folder: string): Promise<void> {
  addressIn(folder);
  const copied = await copyExports(join(folder, 'aws.env'), target);
  console.log(`${copied.length} files in ${target}`);
  for (const statement of statementFolders(copied, target))
    console.log(`npx license-server statement verify ${statement} --root ${join(folder, 'keys/root.jwk.json')}`);
}

function addressIn(folder: string): ControlAddress {
  const address = readControlAddress(folder);
  if (!address) throw noServer(folder);
  return address;
}

function noServer(folder: string): Error {
  return new Error(`No license server runs on ${folder}: start one (npm start), or name its folder by --data.`);
}

async function* linesOf(body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const bytes of body) {
    const lines = (rest + decoder.decode(bytes, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
}

/** @returns `30 d 12 h ahead of` */
function aheadOf(seconds: Seconds): string {
  const parts = [
    [Math.floor(seconds / day), 'd'],
    [Math.floor((seconds % day) / hour), 'h'],
    [Math.floor((seconds % hour) / minute), 'min'],
  ].filter(([count]) => count !== 0);
  return parts.length > 0 ? `${parts.map(part => part.join(' ')).join(' ')} ahead of` : 'the same as';
}

function duration(text: string): Seconds {
  const [, count = '', unit] = /^([1-9]\d{0,5})([mhd])$/.exec(text) ?? [];
  const perUnit = Object.entries(units).find(([name]) => name === unit)?.[1];
  const seconds = Number(count) * (perUnit ?? Number.NaN);
  if (seconds <= longestDays * day) return seconds;
  throw new InvalidArgumentError(`It is a time such as 90m, 12h or 30d, of at most ${longestDays}d.`);
}
