import { Command } from 'commander';
import * as z from 'zod';
import { ChainError } from '../../domain/chain/chain-error.ts';
import { secondsOf } from '../../domain/kernel/time.ts';
import { chainErrorText } from '../chain-error-help.ts';
import { checkToken } from '../checked-token.ts';
import { clockOf } from '../clock.ts';
import { addExample } from '../example.ts';
import { UsageError } from '../exit.ts';
import { note, output, outputJson } from '../output.ts';
import { collected, readPinnedRoots } from '../pinned-roots.ts';
import { aligned } from '../print.ts';
import { readText } from '../reading.ts';

const help = `
Offline verification shows that a key was issued and has not expired. To learn whether it was replaced or suspended, call check-validity.
Before your application accepts a key, also compare its Org and application.

Exit codes: 0 the token is genuine and currently valid; 1 it is not, or the verdict reports an invalid key; 2 a file is invalid.`;

/** `license-server verify`: verifies a key, a verdict or an application token offline. */
export function verifyCommand(): Command {
  const command = new Command('verify')
    .description('Verify a key, a verdict or an application token offline, and print its claims')
    .argument('<token>', 'the token; @file reads it from a file, @- from standard input')
    .requiredOption('--root <jwk file>', 'the pinned Root of the vendor; repeatable', collected)
    .option('--at <time>', 'time of the verification, ISO 8601 (default: now)')
    .option('--json', 'print JSON', false)
    .addHelpText('after', help)
    .action(verify);
  addExample(command, 'verify @site.key --root root.jwk.json');
  return command;
}

const Options = z.object({ root: z.array(z.string()), at: z.string().optional(), json: z.boolean() });

async function verify(given: string, options: unknown): Promise<void> {
  const { root, at, json } = Options.parse(options);
  const token = (given.startsWith('@') ? readText(given.slice(1)) : given).trim();
  const roots = readPinnedRoots(root);
  try {
    const { type, claims, facts, isValid } = await checkToken(token, { roots, at: timeIn(at) });
    if (json) outputJson({ genuine: true, type, claims });
    else output(['Genuine.', '', ...aligned(facts)].join('\n'));
    if (!isValid) process.exitCode = 1;
  } catch (error) {
    if (!(error instanceof ChainError)) throw error;
    const { reason, message } = error;
    if (json) outputJson({ genuine: false, reason, detail: message });
    else note(chainErrorText(error));
    process.exitCode = 1;
  }
}

function timeIn(text: string | undefined): number {
  const at = text === undefined ? clockOf()() : secondsOf(text);
  if (Number.isNaN(at)) throw new UsageError('--at is invalid: expected a time such as 2026-11-21T10:00:00Z.');
  return at;
}
