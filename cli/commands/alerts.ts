import { Command, Option } from 'commander';
import * as z from 'zod';
import { alertMeanings, alertReasons } from '../../domain/alert-reasons.ts';
import type { Answer } from '../../sdk/client.ts';
import { answered, callerOf } from '../caller.ts';
import { addCredentialOptions, readTarget } from '../credentials.ts';
import { addExample } from '../example.ts';
import { output, outputJson, terminalWidth } from '../output.ts';
import { tableLines } from '../table.ts';

/** `license-server alerts`: what an operator looks at in the morning. */
export function alertsCommand(): Command {
  const command = new Command('alerts').description('Lists alerts and acknowledges them (docs/alerts.md).');
  const list = command
    .command('list')
    .description('Lists what nobody has taken care of yet, newest day first.')
    .option('--all', 'the acknowledged ones too', false)
    .option('--from <day>', 'first UTC day, 20261115; six days before --to when left out')
    .option('--to <day>', 'last UTC day; today when left out')
    .addOption(new Option('--reason <reason>', 'of this reason only').choices(alertReasons))
    .option('--site <id>', 'about this site only')
    .option('--enterprise <id>', 'about this enterprise; with --application about its key for it')
    .option('--application <id>', 'about this application')
    .action(listAlerts);
  const acknowledge = command
    .command('acknowledge')
    .description('Marks alerts as taken care of; they are not listed any more.')
    .argument('<alert-id...>', 'as the list shows them')
    .action(acknowledgeAlerts);
  for (const one of [list, acknowledge]) {
    one.option('--json', 'for programs', false);
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
    // Where there is none, the refusal is all that there is to say.
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
