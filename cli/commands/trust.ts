import { writeFileSync } from 'node:fs';
import { Command } from 'commander';
import * as z from 'zod';
import { thumbprintOf } from '../../domain/chain/thumbprint.ts';
import { getTrust } from '../../lambdas/platform/trust/operations/get-trust/schema.ts';
import { answered, callerOf } from '../caller.ts';
import { addCredentialOptions, readTarget } from '../credentials.ts';
import { oneLine } from '../escape-control-characters.ts';
import { addExample } from '../example.ts';
import { UsageError } from '../exit.ts';
import { note, output, outputJson } from '../output.ts';
import { checkPin, type PinCheck } from '../pin-check.ts';
import { readRootPin } from '../pinned-roots.ts';
import { tableLines } from '../table.ts';

const help = `
Exit codes: 0 success, and the pinned Root certifies the Orgs; 1 the pinned Root is missing or does not certify an Org; 2 a file is invalid; 3 the server can't be reached.`;

/** `license-server trust`: shows the published chain of trust and compares it with the pinned Root. */
export function trustCommand(): Command {
  const command = new Command('trust').description('Show the Roots and the Orgs of a server');
  const show = command
    .command('show')
    .description("Show the Root's fingerprint, the Orgs, and the keys by role")
    .option('--root <jwk file or thumbprint>', 'compare with this pinned Root')
    .option('--out <file>', 'write the pinned Root as a JWK')
    .option('--json', 'print JSON', false)
    .addHelpText('after', help)
    .action(showTrust);
  addCredentialOptions(show);
  addExample(show, 'trust show --profile operator --root root.jwk.json');
  return command;
}

const Options = z.object({ root: z.string().optional(), out: z.string().optional(), json: z.boolean() });
type Trust = z.infer<typeof getTrust.answer>;

async function showTrust(given: unknown): Promise<void> {
  const { root, out, json } = Options.parse(given);
  if (out !== undefined && root === undefined)
    throw new UsageError('--out requires --root <thumbprint>: a server alone cannot prove its Root.');
  const pin = root === undefined ? undefined : readRootPin(root);
  const target = await readTarget('get-trust', given);
  const answer = await answered(target.url, callerOf(target).call('get-trust', {}));
  const trust = parsed(answer, target.url);
  const check = pin && (await checkPin(pin, trust, target.now()));
  if (json) outputJson({ ...answer, ...(check && { pin: check }) });
  else output(await trustText(trust));
  if (!check) {
    if (!json) output('\nCompare the fingerprint with the one received from the vendor, or use --root.');
    return;
  }
  for (const warning of [...check.faults, ...check.warnings]) note(`WARNING: ${oneLine(warning)}`);
  if (check.faults.length > 0) process.exitCode = 1;
  if (check.shown && !json) output(`\nThe pinned Root is the ${check.shown.role} one.`);
  if (out !== undefined) writeRoot(out, check);
}

/** Parses the answer strictly, since people decide by it which Root to trust. */
function parsed(answer: unknown, url: string): Trust {
  const trust = getTrust.answer.safeParse(answer);
  if (trust.success) return trust.data;
  throw new UsageError(`The server at ${url} is not a license server. Check the URL with its region and stage.`);
}

/** Formats Roots and Orgs. Fingerprints are computed from the keys; the server's own values are not trusted. */
async function trustText({ roots, successors, orgs }: Trust): Promise<string> {
  const columns = { whose: '', role: 'role', kid: 'fingerprint (RFC 7638 thumbprint)', since: 'since' };
  const published = [
    ...roots.map(key => ({ whose: 'Root', ...key })),
    ...orgs.flatMap(({ org, keys }) => keys.map(key => ({ whose: `Org ${org}`, ...key }))),
  ];
  const keys = await Promise.all(published.map(async key => ({ ...key, kid: await thumbprintOf(key.jwk) })));
  const announced = successors.map(({ announcedBy, kid }) => oneLine(`${announcedBy} has announced ${kid}`));
  return [...tableLines(columns, keys), ...(announced.length > 0 ? ['', ...announced] : [])].join('\n');
}

function writeRoot(path: string, { shown }: PinCheck): void {
  if (!shown) return;
  try {
    writeFileSync(path, `${JSON.stringify(shown.jwk, undefined, 2)}\n`, { flag: 'wx' });
  } catch (error) {
    throw new UsageError(`The file ${path} can't be written: ${error instanceof Error ? error.message : error}`);
  }
}
