import { type Command, Option } from 'commander';
import * as z from 'zod';
import { routes } from '../sdk/routes.ts';
import { importSigningKey, type SigningKey } from '../sdk/signing-key.ts';
import { clockOf } from './clock.ts';
import { UsageError } from './exit.ts';
import { readPrivateKey } from './private-key.ts';
import { type Profile, readProfile } from './profiles.ts';
import { ServerUrl } from './server-url.ts';

/** Server of a request, and the key that signs it. */
export interface Target {
  readonly url: string;
  readonly key?: SigningKey;
  /** Returns the server's time in seconds since 1970. */
  now(): number;
}

const Given = z.object({
  profile: z.string().optional(),
  url: ServerUrl.optional(),
  keyid: z.string().optional(),
  keyFile: z.string().optional(),
  secret: z.string().optional(),
  clockFile: z.string().optional(),
});

export function addCredentialOptions(command: Command): void {
  command
    .optionsGroup('Credentials:')
    .option('--profile <name>', 'server and key from a profiles file')
    .option('--url <url>', 'URL of the server, with its stage')
    .option('--keyid <keyid>', 'keyid assigned by the vendor')
    .option('--key-file <file>', 'private key, PEM file')
    .addOption(
      new Option('--secret <arn>', 'keyid and private key from AWS Secrets Manager').conflicts(['keyid', 'keyFile']),
    );
}

/** Resolves server and key: options take precedence over the profile, and the profile over the environment. @throws UsageError when one is missing */
export async function readTarget(operation: keyof typeof routes, options: unknown): Promise<Target> {
  const { LICENSE_SERVER_URL, LICENSE_SERVER_KEYID, LICENSE_SERVER_KEY, LICENSE_SERVER_SECRET } = process.env;
  const { profile, ...given } = parsed(options);
  const known: Partial<Profile> = profile === undefined ? {} : readProfile(profile);
  const environment = parsed({
    url: LICENSE_SERVER_URL,
    keyid: LICENSE_SERVER_KEYID,
    keyFile: LICENSE_SERVER_KEY,
    secret: LICENSE_SERVER_SECRET,
  });
  const sources = [given, known, environment];
  const { url, clockFile, ...signer } = { ...environment, ...known, ...given };
  if (!url)
    throw new UsageError('The server is missing: expected --profile <name>, --url <url>, or LICENSE_SERVER_URL.');
  const now = clockOf(clockFile);
  if (routes[operation].auth === 'none') return { url, now };
  const secret = sources.find(source => source.keyFile ?? source.secret)?.secret;
  return { url, key: secret === undefined ? await keyOfFile(signer) : await keyOfSecret(secret), now };
}

async function keyOfFile({ keyid, keyFile }: Pick<Partial<Profile>, 'keyid' | 'keyFile'>): Promise<SigningKey> {
  if (!keyid || !keyFile)
    throw new UsageError(
      'The signing key is missing: expected --profile <name>, --secret <arn>, or --keyid <keyid> and --key-file <file>.',
    );
  return await signingKey(keyFile, keyid, readPrivateKey(keyFile));
}

async function keyOfSecret(id: string): Promise<SigningKey> {
  // Loaded on demand: other credentials do not need the AWS SDK.
  const { readCredentialSecret } = await import('./aws/credential-secret.ts');
  const { keyid, privateKey } = await readCredentialSecret(id);
  return await signingKey(id, keyid, privateKey);
}

async function signingKey(place: string, keyid: string, pem: string): Promise<SigningKey> {
  return await importSigningKey(keyid, pem).catch((error: unknown) => {
    throw new UsageError(`${place}: ${error instanceof Error ? error.message : error}`);
  });
}

/** Parses options and drops undefined members, so that they do not override others. */
function parsed(options: unknown): Partial<z.infer<typeof Given>> {
  const result = Given.safeParse(options);
  if (!result.success)
    throw new UsageError(
      'The URL is invalid: expected https://licenses.example.com/prod (http:// for this machine only), without a password or a query.',
    );
  return Object.fromEntries(Object.entries(result.data).filter(([, value]) => value !== undefined));
}
