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
It works with the key of an operator and with your AWS credentials (AWS_PROFILE, AWS_REGION): lambda:GetFunctionConfiguration,
lambda:ListEventSourceMappings, sqs:GetQueueUrl, sqs:GetQueueAttributes; with --throw-away also kms:DescribeKey and lambda:InvokeFunction.
--throw-away creates an enterprise and two KMS keys, suspends the enterprise at the end, and prints how the keys are deleted.
What each check shows: docs/not-run-in-aws.md. Against "npm start": ". .local/aws.env" first, and --stage local.`;

/** `license-server doctor`: checks in a real account what no emulator shows. */
export function doctorCommand(): Command {
  const command = new Command('doctor')
    .description('Checks a deployed stage for what no emulator shows (docs/not-run-in-aws.md).')
    .requiredOption('--stage <name>', 'which stage: dev, int, prod, local')
    .option('--rings <file>', 'where the generations are configured', 'lib/key-rings.json')
    .option('--throw-away', 'creates an enterprise for the checks that need one', false)
    .option('--application <id>', 'with --throw-away: the application that the enterprise belongs to')
    .option('--client-secret <id>', 'a secret of LicenseClientSecrets in this account: checks that it rotates')
    .option('--json', 'for programs', false)
    .addHelpText('after', help)
    .action(doctor);
  addCredentialOptions(command);
  addExample(command, 'doctor --stage dev --profile operator --throw-away --application hwf');
  return command;
}

async function doctor(given: unknown): Promise<void> {
  const parsed = Options.safeParse(given);
  if (!parsed.success) throw new UsageError(`The options are wrong:\n${z.prettifyError(parsed.error)}`);
  const { stage, rings, throwAway, application, clientSecret, json } = parsed.data;
  if (throwAway && !application) throw new UsageError('--throw-away needs --application <id>.');
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

const columns = { check: 'check', result: 'result', detail: 'detail', remedy: 'what to do', shows: 'it shows that' };

function show(reports: readonly CheckReport[], json: boolean): void {
  if (json) outputJson(reports);
  else output(tableLines(columns, reports, terminalWidth()).join('\n'));
}

/** A person deletes the keys: the doctor has no right to, and none is needed for a check. */
function leftText(stage: string, enterprise: string): string {
  return `The enterprise ${enterprise} is suspended. Its keys cost 1 USD a month each until you delete them:
for alias in ${enterprise} ${enterprise}/2; do
  aws kms schedule-key-deletion --pending-window-in-days 7 --key-id "$(aws kms describe-key --key-id alias/license-server/${stage}/enterprise/$alias --query KeyMetadata.KeyId --output text)"
done`;
}
