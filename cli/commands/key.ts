import { generateKeyPairSync } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { Command, Option } from 'commander';
import * as z from 'zod';
import { thumbprintOf } from '../../domain/chain/thumbprint.ts';
import type { ApplicationJwk } from '../../domain/identity/application.ts';
import { addExample } from '../example.ts';
import { UsageError } from '../exit.ts';
import { output, outputJson } from '../output.ts';
import { readPublicJwk } from '../private-key.ts';

/** `license-server key`: the key pairs that applications sign their requests with. */
export function keyCommand(): Command {
  const command = new Command('key').description('Makes and shows the keys that requests are signed with.');
  const making = command
    .command('new')
    .description('Makes a key pair; the private half goes into a file that only you can read.')
    .option('--out <file>', 'PEM (PKCS#8); an existing file is never overwritten', 'application-key.pem')
    .addOption(new Option('--alg <algorithm>', 'kind of key').choices(['ed25519', 'p256']).default('ed25519'))
    .action(makeKey);
  const showing = command
    .command('show')
    .description('Shows the public half of a key and its thumbprint (RFC 7638).')
    .argument('<file>', 'PEM')
    .action(async (file: string, { json }: { json: boolean }) => {
      const half = await publicHalf(file);
      if (json) outputJson(half);
      else output(halfText(half));
    });
  for (const one of [making, showing]) one.option('--json', 'for programs', false);
  addExample(making, 'key new --out hwf.pem');
  addExample(showing, 'key show hwf.pem');
  return command;
}

const NewKey = z.object({ out: z.string(), alg: z.enum(['ed25519', 'p256']), json: z.boolean() });

async function makeKey(options: unknown): Promise<void> {
  const { out, alg, json } = NewKey.parse(options);
  const { privateKey } =
    alg === 'p256' ? generateKeyPairSync('ec', { namedCurve: 'P-256' }) : generateKeyPairSync('ed25519');
  writeNew(out, privateKey.export({ format: 'pem', type: 'pkcs8' }).toString());
  const half = await publicHalf(out);
  if (json) return outputJson({ privateKeyFile: out, ...half });
  output(`The private key is in ${out}: it stays on this machine, nobody else needs it, the vendor least of all.

${halfText(half)}

Send the public key to the vendor's operator, and tell them the thumbprint by another way (by phone, say). The operator runs
  license-server call register-application --application <id> --public-key '<the public key>' --policy '{"modes":["production"]}'
(rotate-application-key for one that is registered) and gives you the keyid, <org>.<id>.<22 characters of the thumbprint>.`);
}

function writeNew(path: string, text: string): void {
  try {
    writeFileSync(path, text, { mode: 0o600, flag: 'wx' });
  } catch (error) {
    const exists = error instanceof Error && 'code' in error && error.code === 'EEXIST';
    throw new UsageError(
      exists
        ? `${path} exists, and a key is never overwritten: choose another file with --out.`
        : `${path} can't be written: ${error instanceof Error ? error.message : error}`,
    );
  }
}

interface PublicHalf {
  readonly publicKey: ApplicationJwk;
  /** RFC 7638 */
  readonly thumbprint: string;
}

async function publicHalf(path: string): Promise<PublicHalf> {
  const publicKey = readPublicJwk(path);
  return { publicKey, thumbprint: await thumbprintOf(publicKey) };
}

function halfText({ publicKey, thumbprint }: PublicHalf): string {
  return `public key  ${JSON.stringify(publicKey)}\nthumbprint  ${thumbprint}`;
}
