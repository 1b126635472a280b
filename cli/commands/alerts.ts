import { Command, Option } from 'commander';
import * as z from 'zod';
import { alertMeanings, alertReasons } from '../../domain/alert-reasons.ts';
import type { Answer } from '../../sdk/client.ts';
import { answered, callerOf } from '../caller.ts';
import { addCredentialOptions, readTarget } from '../credentials.ts';
import { addExample } from '../example.ts';
import { output, outputJson, terminalWidth } from '../output.ts';
import { tableLines } from '../table.ts';

/** `license-server alerts`: lists and acknowledges alerts. */
export function alertsCommand(): Command {
  const command = new Command('alerts').description('List and acknowledge alerts (docs/alerts.md)');
  const list = command
    .command('list')
    .description('List unacknowledged alerts, newest day first')
    .option('--all', 'include acknowledged alerts', false)
    .option('--from <day>', 'first UTC day, such as 20261115 (default: six days before --to)')
    .option('--to <day>', 'last UTC day (default: today)')
    .addOption(new Option('--reason <reason>', 'only alerts of this reason').choices(alertReasons))
    .option('--site <id>', 'only alerts about this site')
    .option(
      '--enterprise <id>',
      'only alerts about this enterprise; with --application, about its key for that application',
    )
    .option('--application <id>', 'only alerts about this application')
    .action(listAlerts);
  const acknowledge = command
    .command('acknowledge')
    .description('Acknowledge alerts; they are no longer listed')
    .argument('<alert-id...>', 'ids as listed')
    .action(acknowledgeAlerts);
  for (const one of [list, acknowledge]) {
    one.option('--json', 'print JSON', false);
    addCredentialOptions(one);
  }
  addExample(list, 'alerts list --profile operator --reason key-superseded');
  addExample(acknowledge, "alerts acknowledge '<alert-id>' --profile operator");
  return command;
}

const Filters = z.object({
  from: z.string().optional(),
  to: z.string().optional(),
  reason: z.enum(alertReasons).optional(),
  site: z.string().optional(),
  enterprise: z.string().optional(),
  application: z.string().optional(),
});
const Listing = z.object({ all: z.boolean(), json: z.boolean() });
type Alert = Answer<'list-alerts'>['alerts'][number];

async function listAlerts(given: unknown): Promise<void> {
  const { all, json } = Listing.parse(given);
  const filters = { ...Filters.parse(given), limit: 100, ...(!all && { acknowledged: 'false' as const }) };
  const target = await readTarget('list-alerts', given);
  const client = callerOf(target);
  const alerts: Alert[] = [];
  for (let after: string | undefined, more = true; more; more = after !== undefined) {
    const page = await answered(target.url, client.call('list-alerts', { ...filters, after }));
    alerts.push(...page.alerts);
    after = page.next;
  }
  show(alerts, json);
}

async function acknowledgeAlerts(ids: readonly string[], given: unknown): Promise<void> {
  const { json } = z.object({ json: z.boolean() }).parse(given);
  const target = await readTarget('acknowledge-alert', given);
  const client = callerOf(target);
  const done: Alert[] = [];
  try {
    for (const alertId of ids) done.push(await answered(target.url, client.call('acknowledge-alert', { alertId })));
  } finally {
    // Without an acknowledged alert, the error is the only output.
    if (done.length > 0) show(done, json);
  }
}

const columns = {
  last: 'last',
  times: 'times',
  severity: 'severity',
  reason: 'reason',
  about: 'about',
  detail: 'detail',
  acknowledged: 'acknowledged',
  alertId: 'id',
};

function show(alerts: readonly Alert[], json: boolean): void {
  if (json) {
    outputJson(alerts);
    return;
  }
  const rows = alerts.map(({ lastAt, times, reason, subject, detail, acknowledgedAt, alertId }) => ({
    last: lastAt,
    times,
    severity: alertMeanings[reason].severity,
    reason,
    about: subject,
    detail,
    acknowledged: acknowledgedAt ?? 'no',
    alertId,
  }));
  output(alerts.length === 0 ? 'No alerts.' : tableLines(columns, rows, terminalWidth()).join('\n'));
}
