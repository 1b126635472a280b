import { Command } from 'commander';
import * as z from 'zod';
import { deadLetterQueueName } from '../../domain/kernel/dead-letter-queue.ts';
import { streams } from '../../lambdas/streams.ts';
import type { DeadLetterMessage } from '../aws/stream-dead-letters.ts';
import { addExample } from '../example.ts';
import { UsageError } from '../exit.ts';
import { output } from '../output.ts';

/** Message of the dead-letter queue. Restricted to stream consumers: a forged message must not choose another function to invoke. */
const DeadLetter = z.object({ consumer: z.enum(Object.keys(streams)), fault: z.string(), record: z.unknown() });
type DeadLetter = z.infer<typeof DeadLetter>;
const SequenceNumber = z.object({ dynamodb: z.object({ SequenceNumber: z.string() }) });
const Options = z.object({ stage: z.string().regex(/^[a-z0-9-]+$/), dryRun: z.boolean(), show: z.boolean() });

const credentials = `
Requires AWS credentials (AWS_PROFILE, AWS_REGION) that may receive and delete messages of the queue
${deadLetterQueueName('<stage>')}, and invoke the consumers. For \`npm start\` run ". .local/aws.env" first, and use --stage local.`;

/** `license-server redrive`: redelivers dead-lettered records to their consumers, once the cause is fixed. */
export function redriveCommand(): Command {
  const command = new Command('redrive')
    .description('Redeliver dead-lettered stream records to their consumers (docs/alerts.md)')
    .requiredOption('--stage <name>', 'name of the stage: dev, int, prod, local')
    .option('--dry-run', 'list the records without redelivering them', false)
    .option('--show', 'print each record, including all attributes of its item', false)
    .addHelpText('after', credentials)
    .action(async (options: unknown) => {
      const parsed = Options.safeParse(options);
      if (!parsed.success) throw new UsageError('--stage is invalid: expected lower-case letters, digits and hyphens.');
      await redrive(parsed.data);
    });
  addExample(command, 'redrive --stage prod --dry-run');
  return command;
}

/** Redelivers all records. A message is deleted only after its consumer succeeded, so the command can be repeated. */
async function redrive({ stage, dryRun, show }: z.infer<typeof Options>): Promise<void> {
  // Loaded on demand: other commands do not need the AWS SDK.
  const { openDeadLetterQueue } = await import('../aws/stream-dead-letters.ts');
  const queue = await openDeadLetterQueue(stage);
  const remaining: DeadLetterMessage[] = [];
  let redelivered = 0;
  try {
    for await (const message of queue.messages()) {
      remaining.push(message);
      const letter = deadLetterOf(message.Body);
      const fault = dryRun ? 'in the queue' : await faultOf(stage, letter);
      output(`${describeLetter(letter)}: ${fault ?? 'redelivered'}`);
      if (show) output(message.Body ?? '');
      if (fault !== undefined) continue;
      await queue.remove(message);
      remaining.pop();
      redelivered += 1;
    }
  } finally {
    for (const message of remaining) await queue.release(message);
  }
  output(dryRun ? `${remaining.length} in the queue` : `${redelivered} redelivered, ${remaining.length} remaining`);
  if (remaining.length > 0 && !dryRun) process.exitCode = 1;
}

function deadLetterOf(body = ''): DeadLetter | undefined {
  try {
    return DeadLetter.parse(JSON.parse(body));
  } catch {
    return undefined;
  }
}

function describeLetter(letter: DeadLetter | undefined): string {
  if (!letter) return 'unknown message';
  const place = SequenceNumber.safeParse(letter.record);
  const number = place.success ? place.data.dynamodb.SequenceNumber : 'no sequence number';
  return `${letter.consumer}  ${number}  ${letter.fault}`;
}

/** Redelivers a record. @returns the fault; undefined when the consumer succeeded */
async function faultOf(stage: string, letter: DeadLetter | undefined): Promise<string | undefined> {
  if (!letter) return 'skipped';
  const { redeliver } = await import('../aws/consumer.ts');
  try {
    await redeliver(stage, letter.consumer, letter.record);
    return undefined;
  } catch (error) {
    return `failed again, ${error instanceof Error ? error.message : error}`;
  }
}
