import { Command } from 'commander';
import * as z from 'zod';
import { UsageError } from '../end.ts';

const AsideRecord = z.object({ consumer: z.string().regex(/^[a-z-]+$/), fault: z.string(), record: z.unknown() });
const SequenceNumber = z.object({ dynamodb: z.object({ SequenceNumber: z.string() }) });
const Options = z.object({ stage: z.string().regex(/^[a-z0-9-]+$/), dryRun: z.boolean(), show: z.boolean() });

const credentials = `
It works with your AWS credentials, as the AWS CLI finds them (AWS_PROFILE, AWS_REGION): you may receive from and delete in the queue
license-server-<stage>-aside, and invoke the consumers. Against \`npm start\`: ". .local/aws.env" first, and --stage local.`;

/** `license-server redrive`: what was set aside goes back to its consumer, once the cause is mended. */
export function redriveCommand(): Command {
  return new Command('redrive')
    .description('Gives records of the stream that were set aside back to their consumers (docs/alerts.md).')
    .requiredOption('--stage <name>', 'which stage: dev, int, prod, local')
    .option('--dry-run', 'lists them, and leaves them where they are', false)
    .option('--show', 'prints each record too, with all that its item holds', false)
    .addHelpText('after', credentials)
    .action(async (options: unknown) => {
      const parsed = Options.safeParse(options);
      if (!parsed.success) throw new UsageError('A stage is named by lower-case letters, digits and dashes.');
      await redrive(parsed.data);
    });
}

/** A message leaves the queue when its consumer has taken the record, and not before: run it again as often as you like. */
async function redrive({ stage, dryRun, show }: z.infer<typeof Options>): Promise<void> {
  // Only this command needs the AWS SDK: the others shall not wait for it to load.
  const [{ openAsideQueue }, { giveBack }] = await Promise.all([
    import('../aws/aside-queue.ts'),
    import('../aws/consumer.ts'),
  ]);
  const queue = await openAsideQueue(stage);
  const kept = [];
  let taken = 0;
  for await (const message of queue.messages()) {
    const aside = asideRecord(message.Body);
    const isTaken = !dryRun && aside !== undefined && (await giveBack(stage, aside.consumer, aside.record));
    if (isTaken) await queue.remove(message);
    else kept.push(message);
    taken += isTaken ? 1 : 0;
    console.log(line(aside, dryRun ? 'is there' : isTaken ? 'given back' : 'failed again'));
    if (show) console.log(message.Body);
  }
  for (const message of kept) await queue.release(message);
  console.log(dryRun ? `${kept.length} set aside` : `${taken} given back, ${kept.length} failed again`);
  if (kept.length > 0 && !dryRun) fail(stage);
}

function asideRecord(body: string | undefined): z.infer<typeof AsideRecord> | undefined {
  try {
    return AsideRecord.parse(JSON.parse(body ?? ''));
  } catch {
    return undefined;
  }
}

function line(aside: z.infer<typeof AsideRecord> | undefined, outcome: string): string {
  if (!aside) return `${outcome.padEnd(12)}  no record of ours`;
  const place = SequenceNumber.safeParse(aside.record);
  const number = place.success ? place.data.dynamodb.SequenceNumber : 'unknown';
  return `${outcome.padEnd(12)}  ${aside.consumer}  ${aside.fault}  sequence number ${number}`;
}

function fail(stage: string): void {
  console.error(`What failed again is still in the queue; the log groups license-server-${stage}-<consumer> say why.`);
  process.exitCode = 1;
}
