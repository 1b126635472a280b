import { Command } from 'commander';
import * as z from 'zod';
import type { NotedSeal } from '../../domain/audit/read-seals.ts';
import { faultKinds, type TrailFault } from '../../domain/audit/trail-fault.ts';
import { type Intact, verifyTrail } from '../../domain/audit/verify-trail.ts';
import { openEvents, sealedMonths, sha256 } from '../audit-copy.ts';
import { addExample } from '../example.ts';
import { UsageError } from '../exit.ts';
import { output, outputJson } from '../output.ts';
import { aligned } from '../print.ts';

const help = `
The folder is a copy of audit/<org>/ of the exports bucket: a folder per month, with its seal. No network is needed.

Exit codes: 0 the trail is intact; 1 it is not, and the first fault is shown; 2 the folder or a file can't be read.`;

/** `license-server audit`: verifies the audit trail offline. */
export function auditCommand(): Command {
  const command = new Command('audit').description('Verify the audit trail offline');
  const verification = command
    .command('verify')
    .description('Verify seals, files and hash chains of a copy of the sealed audit trail')
    .argument('<folder>', 'a copy of audit/<org>/')
    .option('--seal <month:digest>', 'a seal from an earlier verification; the trail must continue from it')
    .option('--open <file>', 'unsealed events of list-audit-events, one JSON object per line')
    .option('--json', 'print JSON', false)
    .addHelpText('after', help)
    .action(verify);
  addExample(verification, 'audit verify ./audit-hub --seal 202610:<digest that you noted>');
  return command;
}

const Options = z.object({ seal: z.string().optional(), open: z.string().optional(), json: z.boolean() });

function verify(folder: string, options: unknown): void {
  const { seal, open, json } = Options.parse(options);
  const trail = {
    months: sealedMonths(folder),
    open: open === undefined ? [] : openEvents(open),
    noted: notedIn(seal),
  };
  const verdict = verifyTrail(trail, sha256);
  const isIntact = !('fault' in verdict);
  if (!isIntact) process.exitCode = 1;
  if (json) outputJson({ intact: isIntact, ...verdict });
  else output(isIntact ? intactText(verdict, seal) : faultText(verdict.fault));
}

function notedIn(text: string | undefined): NotedSeal | undefined {
  if (text === undefined) return undefined;
  const [, month, sha256] = /^(\d{6}):([A-Za-z0-9_-]{43})$/.exec(text) ?? [];
  if (!month || !sha256)
    throw new UsageError('--seal is invalid: expected <month>:<digest> as printed by an earlier verification.');
  return { month, sha256 };
}

function faultText({ what, ...place }: TrailFault): string {
  return ['NOT INTACT', '', ...aligned({ ...place, fault: what, means: faultKinds[what] })].join('\n');
}

function intactText({ org, months, events, openEvents, subjects, lastSeal }: Intact, seal: string | undefined): string {
  const noted = `${lastSeal.month}:${lastSeal.sha256}`;
  const facts = { org, sealedMonths: months, sealedEvents: events, openEvents, subjects, lastSeal: noted };
  const advice =
    seal === undefined
      ? `The last seal was not compared with an independent copy. Compare it with a noted one by --seal <month:digest>.`
      : `The trail continues from the noted seal. Note the last seal for the next verification.`;
  return ['INTACT', '', ...aligned(facts), '', advice].join('\n');
}
