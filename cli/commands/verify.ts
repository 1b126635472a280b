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
Offline, a good key says that it was issued and has not ended; whether it was replaced or suspended since, check-validity says.
Whether your application may accept it depends on its Org and its application: compare them.

Exit codes: 0 it is genuine and good now; 1 it is not, or the verdict says no, and the reason is shown; 2 a file is wrong.`;

/** `license-server verify`: a key, a verdict or the token of an application, offline. */
export function verifyCommand(): Command {
  const command = new Command('verify')
    .description('Verifies a key, a verdict or the token of an application, offline, and shows what it says.')
    .argument('<token>', 'the text; @file reads it from a file, @- from standard input')
    .requiredOption(
      '--root <jwk file>',
      "the vendor's Root, as you have pinned it; may be given several times",
      collected,
    )
    .option('--at <time>', 'ISO 8601; now when left out')
    .option('--json', 'for programs', false)
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
    const { type, claims, facts, saysYes } = await checkToken(token, { roots, at: timeIn(at) });
    if (json) outputJson({ genuine: true, type, claims });
    else output(['Genuine.', '', ...aligned(facts)].join('\n'));
    if (!saysYes) process.exitCode = 1;
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
  if (Number.isNaN(at)) throw new UsageError('--at is a time such as 2026-11-21T10:00:00Z.');
  return at;
}
