import { Command } from 'commander';
import * as z from 'zod';
import { missingManifests, type Statement } from '../../domain/billing/statement/statement.ts';
import { type Finding, verifyStatement } from '../../domain/billing/statement/verify-statement.ts';
import { thumbprintOf } from '../../domain/chain/thumbprint.ts';
import { isoTime } from '../../domain/kernel/time.ts';
import { checkSignature } from '../../sdk/check-signature.ts';
import { readCustomerNames } from '../customer-names.ts';
import { addExample } from '../example.ts';
import { note, output, outputJson } from '../output.ts';
import { readRootPin } from '../pinned-roots.ts';
import { aligned } from '../print.ts';
import { readStatementFolder } from '../statement-folder.ts';

const exitCodes = `
Exit codes: 0 the statement is genuine; 1 it is not, and the faults are shown; 2 the folder or a file can't be read.`;

/** `license-server statement`: verifies quarterly statements offline. */
export function statementCommand(): Command {
  const command = new Command('statement').description('Verify quarterly statements offline');
  const verification = command
    .command('verify')
    .description('Verify signature, files and sums of a statement, and show the number to invoice')
    .argument('<folder>', 'folder with all files of one revision, as in the bucket')
    .requiredOption('--root <jwk file or thumbprint>', 'the pinned Root of the vendor')
    .option('--names <csv>', 'CSV file "enterpriseId,name": show names; the names are not sent or written anywhere')
    .option('--json', 'print JSON', false)
    .addHelpText('after', exitCodes)
    .action(verify);
  addExample(verification, 'statement verify 2026-Q4-r1/ --root root.jwk.json --names customers.csv');
  return command;
}

const Options = z.object({ root: z.string(), names: z.string().optional(), json: z.boolean() });

async function verify(folder: string, options: unknown): Promise<void> {
  const { root, names, json } = Options.parse(options);
  const customers = names === undefined ? undefined : readCustomerNames(names);
  const { findings, statement, signed } = await verifyStatement(
    readStatementFolder(folder),
    readRootPin(root),
    checkSignature,
  );
  if (findings.length > 0 || !statement || !signed) {
    if (json) outputJson({ genuine: false, findings });
    else note(['NOT GENUINE: do not invoice from this folder.', ...findings.map(lineOf)].join('\n'));
    process.exitCode = 1;
    return;
  }
  if (json) {
    const { org, quarter, revision, billed, sweptUntil, totals } = statement;
    const { peak, siteDays } = totals.usage;
    const numbers = { billed, peak, siteDays, sweptUntil };
    return outputJson({ genuine: true, org, quarter, revision, ...numbers, signedAt: isoTime(signed.iat) });
  }
  output(`Genuine: the statement of ${statement.org} for ${statement.quarter}, revision r${statement.revision}.\n`);
  output(aligned(await summaryOf(statement, signed.iat), '  ').join('\n'));
  if (customers) output(`\n${enterprisesTable(statement, customers).join('\n')}`);
}

function lineOf({ file, place, problem }: Finding): string {
  return `  ${[file, place].filter(Boolean).join(', ')}: ${problem}`;
}

async function summaryOf(statement: Statement, signedAt: number): Promise<Record<string, unknown>> {
  const { billed, org, rules, root, reason, differences, seatsExceeded, sweptUntil, totals } = statement;
  const missing = missingManifests(statement);
  return {
    'INVOICE THIS': `${billed.productionSites} production sites`,
    'peak, site-days': `${totals.usage.peak}, ${totals.usage.siteDays}; these do not bill`,
    ...(reason && { reason: `${reason.code}, ticket ${reason.ticket}` }),
    'swept until': sweptUntil,
    signed: `${isoTime(signedAt)} under Org ${org}`,
    root: await thumbprintOf(root),
    rules: `version ${rules.version}, known`,
    files: 'as they were signed',
    sums: 'add up',
    'missing manifests': missing.join(', ') || 'none',
    differences: differences.length === 0 ? 'none' : `${differences.length}, see report.html`,
    'seats exceeded': seatsExceeded.length === 0 ? 'none' : `${seatsExceeded.length}, see report.html`,
  };
}

/** Lists billed sites by enterprise; an enterprise without a name is shown by its id. */
function enterprisesTable({ enterprises }: Statement, customers: ReadonlyMap<string, string>): string[] {
  const rows = enterprises.map(({ enterpriseId, application, closing }) => {
    return { name: customers.get(enterpriseId) ?? enterpriseId, application, billed: String(closing.production) };
  });
  const all = [{ name: 'enterprise', application: 'application', billed: 'billed' }, ...rows];
  const widest = (of: (row: (typeof all)[number]) => string) => Math.max(...all.map(row => of(row).length));
  const names = widest(row => row.name);
  const applications = widest(row => row.application);
  const numbers = widest(row => row.billed);
  return all.map(
    ({ name, application, billed }) =>
      `  ${name.padEnd(names)}  ${application.padEnd(applications)}  ${billed.padStart(numbers)}`,
  );
}
