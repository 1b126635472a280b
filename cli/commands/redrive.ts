import { Command } from 'commander';
import * as z from 'zod';
import { streams } from '../../lambdas/streams.ts';
import type { DeadLetterMessage } from '../aws/stream-dead-letters.ts';
import { addExample } from '../example.ts';
import { UsageError } from '../exit.ts';
import { output } from '../output.ts';

/** Only consumers of the stream: whoever can put a message there must not choose what else a person invokes. */
const AsideRecord = z.object({ consumer: z.enum(Object.keys(streams)), fault: z.string(), record: z.unknown() });
type AsideRecord = z.infer<typeof AsideRecord>;
const SequenceNumber = z.object({ dynamodb: z.object({ SequenceNumber: z.string() }) });
const Options = z.object({ stage: z.string().regex(/^[a-z0-9-]+$/), dryRun: z.boolean(), show: z.boolean() });

const credentials = `
It works with your AWS credentials, as the AWS CLI finds them (AWS_PROFILE, AWS_REGION): you may receive from and delete in the queue
license-server-<stage>-aside, and invoke the consumers. Against \`npm start\`: ". .local/aws.env" first, and --stage local.`;

/** `license-server redrive`: what was set aside goes back to its consumer, once the cause is mended. */
export function redriveCommand(): Command {
  const command = new Command('redrive')
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
  addExample(command, 'redrive --stage prod --dry-run');
  return command;
}

/** A message leaves the queue when its consumer has taken the record, and not before: run it again as often as you like. */
async function redrive({ stage, dryRun, show }: z.infer<typeof Options>): Promise<void> {
  // Only this command needs the AWS SDK: the others shall not wait for it to load.
  const { openDeadLetterQueue } = await import('../aws/stream-dead-letters.ts');
  const queue = await openDeadLetterQueue(stage);
  const kept: DeadLetterMessage[] = [];
  let taken = 0;
  try {
    for await (const message of queue.messages()) {
      kept.push(message);
      const aside = asideRecord(message.Body);
      const fault = dryRun ? 'is there' : await faultOf(stage, aside);
      output(`${placeOf(aside)}: ${fault ?? 'given back'}`);
      if (show) output(message.Body ?? '');
      if (fault !== undefined) continue;
      await queue.remove(message);
      kept.pop();
      taken += 1;
    }
  } finally {
    for (const message of kept) await queue.release(message);
  }
  output(dryRun ? `${kept.length} set aside` : `${taken} given back, ${kept.length} still there`);
  if (kept.length > 0 && !dryRun) process.exitCode = 1;
}

function asideRecord(body = ''): AsideRecord | undefined {
  try {
    return AsideRecord.parse(JSON.parse(body));
  } catch {
    return undefined;
  }
}

function placeOf(aside: AsideRecord | undefined): string {
  if (!aside) return 'no record of ours';
  const place = SequenceNumber.safeParse(aside.record);
  const number = place.success ? place.data.dynamodb.SequenceNumber : 'no sequence number';
  return `${aside.consumer}  ${number}  ${aside.fault}`;
}

/** Gives a record back. @returns undefined when its consumer has taken it */
async function faultOf(stage: string, aside: AsideRecord | undefined): Promise<string | undefined> {
  if (!aside) return 'left alone';
  const { giveBack } = await import('../aws/consumer.ts');
  try {
    await giveBack(stage, aside.consumer, aside.record);
    return undefined;
  } catch (error) {
    return `failed again, ${error instanceof Error ? error.message : error}`;
  }
}
