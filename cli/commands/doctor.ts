import { setTimeout } from 'node:timers/promises';
import { Command } from 'commander';
import * as z from 'zod';
import { AppId } from '../../domain/kernel/ids.ts';
import { answered, callerOf } from '../caller.ts';
import { addCredentialOptions, readTarget } from '../credentials.ts';
import type { CheckReport } from '../doctor/check.ts';
import { addExample } from '../example.ts';
import { UsageError } from '../exit.ts';
import { ringsOfStage } from '../key-rings-file.ts';
import { note, output, outputJson, terminalWidth } from '../output.ts';
import { tableLines } from '../table.ts';

const Options = z.object({
  stage: z.string().regex(/^[a-z0-9-]+$/),
  rings: z.string(),
  throwAway: z.boolean(),
  application: AppId.optional(),
  clientSecret: z.string().optional(),
  json: z.boolean(),
});

const help = `
Requires the key of an operator and AWS credentials (AWS_PROFILE, AWS_REGION) with lambda:GetFunctionConfiguration,
lambda:ListEventSourceMappings, sqs:GetQueueUrl, sqs:GetQueueAttributes; with --throw-away also kms:DescribeKey and lambda:InvokeFunction.
--throw-away creates an enterprise and two KMS keys, suspends the enterprise at the end, and prints how to delete the keys.
Each check is described in docs/not-run-in-aws.md. For "npm start" run ". .local/aws.env" first, and use --stage local.`;

/** `license-server doctor`: checks in a real account what an emulator can't show. */
export function doctorCommand(): Command {
  const command = new Command('doctor')
    .description("Check a deployed stage for faults that an emulator can't show (docs/not-run-in-aws.md)")
    .requiredOption('--stage <name>', 'name of the stage: dev, int, prod, local')
    .option('--rings <file>', 'file with the key generations', 'lib/key-rings.json')
    .option('--throw-away', 'create an enterprise for the checks that need one', false)
    .option('--application <id>', 'with --throw-away: application of the enterprise')
    .option('--client-secret <id>', 'check that this secret of LicenseClientSecrets rotates')
    .option('--json', 'print JSON', false)
    .addHelpText('after', help)
    .action(doctor);
  addCredentialOptions(command);
  addExample(command, 'doctor --stage dev --profile operator --throw-away --application hwf');
  return command;
}

async function doctor(given: unknown): Promise<void> {
  const parsed = Options.safeParse(given);
  if (!parsed.success) throw new UsageError(`The options are invalid:\n${z.prettifyError(parsed.error)}`);
  const { stage, rings, throwAway, application, clientSecret, json } = parsed.data;
  if (throwAway && !application) throw new UsageError('--throw-away requires --application <id>.');
  const target = await readTarget('get-own-application', given);
  // Only this command and its checks need the AWS SDK.
  const { openStage } = await import('../aws/stage-access.ts');
  const { examine } = await import('../doctor/examine.ts');
  const api = callerOf(target);
  // Without the server there is nothing to examine.
  await answered(target.url, api.call('get-jwks', {}));
  const { reports, left } = await examine({
    url: target.url,
    api,
    fetch,
    aws: openStage(stage),
    rings: ringsOfStage(rings, stage),
    now: target.now,
    pause: async () => void (await setTimeout(15_000)),
    throwAway: throwAway ? application : undefined,
    clientSecret,
  });
  show(reports, json);
  if (left) note(leftText(stage, left));
  if (reports.some(({ result }) => result === 'failed')) process.exitCode = 1;
}

const columns = { check: 'check', result: 'result', detail: 'detail', remedy: 'remedy', verifies: 'verifies that' };

function show(reports: readonly CheckReport[], json: boolean): void {
  if (json) outputJson(reports);
  else output(tableLines(columns, reports, terminalWidth()).join('\n'));
}

/** Prints how to delete the keys: the doctor has no right to do it. */
function leftText(stage: string, enterprise: string): string {
  return `The enterprise ${enterprise} is suspended. Its keys cost 1 USD a month each until you delete them:
for alias in ${enterprise} ${enterprise}/2; do
  aws kms schedule-key-deletion --pending-window-in-days 7 --key-id "$(aws kms describe-key --key-id alias/license-server/${stage}/enterprise/$alias --query KeyMetadata.KeyId --output text)"
done`;
}
