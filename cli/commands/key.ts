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

/** `license-server key`: creates and shows the key pairs of request signatures. */
export function keyCommand(): Command {
  const command = new Command('key').description('Create and show request signing keys');
  const creating = command
    .command('new')
    .description('Create a key pair and write the private key to a file of mode 0600')
    .option('--out <file>', 'output file, PEM (PKCS#8); never overwrites an existing file', 'application-key.pem')
    .addOption(new Option('--alg <algorithm>', 'key algorithm').choices(['ed25519', 'p256']).default('ed25519'))
    .action(createKey);
  const showing = command
    .command('show')
    .description('Show the public key and its thumbprint (RFC 7638)')
    .argument('<file>', 'PEM file')
    .action(async (file: string, { json }: { json: boolean }) => {
      const half = await publicHalf(file);
      if (json) outputJson(half);
      else output(halfText(half));
    });
  for (const one of [creating, showing]) one.option('--json', 'print JSON', false);
  addExample(creating, 'key new --out hwf.pem');
  addExample(showing, 'key show hwf.pem');
  return command;
}

const NewKey = z.object({ out: z.string(), alg: z.enum(['ed25519', 'p256']), json: z.boolean() });

async function createKey(options: unknown): Promise<void> {
  const { out, alg, json } = NewKey.parse(options);
  const { privateKey } =
    alg === 'p256' ? generateKeyPairSync('ec', { namedCurve: 'P-256' }) : generateKeyPairSync('ed25519');
  writeNew(out, privateKey.export({ format: 'pem', type: 'pkcs8' }).toString());
  const half = await publicHalf(out);
  if (json) return outputJson({ privateKeyFile: out, ...half });
  output(`The private key is in ${out}. Keep it on this machine; do not send it to anyone, including the vendor.

${halfText(half)}

Send the public key to the vendor's operator, and confirm the thumbprint through another channel, such as by phone. The operator runs
  license-server call register-application --application <id> --public-key '<the public key>' --policy '{"modes":["production"]}'
(rotate-application-key for a registered application) and returns the keyid, <org>.<id>.<22 characters of the thumbprint>.`);
}

function writeNew(path: string, text: string): void {
  try {
    writeFileSync(path, text, { mode: 0o600, flag: 'wx' });
  } catch (error) {
    const exists = error instanceof Error && 'code' in error && error.code === 'EEXIST';
    throw new UsageError(
      exists
        ? `The file ${path} exists and is not overwritten. Choose another file with --out.`
        : `The file ${path} can't be written: ${error instanceof Error ? error.message : error}`,
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
