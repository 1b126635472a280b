import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import * as z from 'zod';
import { UsageError } from './exit.ts';
import { readPrivateFile } from './private-file.ts';
import { ServerUrl } from './server-url.ts';

/** Where a server is, and who calls it. */
export interface Profile {
  readonly url: string;
  readonly keyid?: string | undefined;
  /** absolute */
  readonly keyFile?: string | undefined;
  /** ARN, in the place of both: where AWS Secrets Manager keeps them */
  readonly secret?: string | undefined;
  /** absolute; tells how many seconds the server's clock is ahead of this machine's, where it was moved for a trial */
  readonly clockFile?: string | undefined;
}

const File = z.string().min(1);
const Profiles = z.record(
  z.string(),
  z
    .object({
      url: ServerUrl,
      keyid: z.string().min(1).optional(),
      keyFile: File.optional(),
      secret: z.string().min(1).optional(),
      clockFile: File.optional(),
    })
    .refine(
      ({ keyid, keyFile, secret }) => (secret === undefined ? keyid && keyFile : !keyid && !keyFile),
      'needs keyid and keyFile, or else secret',
    ),
);

/** @throws UsageError when there is no such profile, or others may read the file */
export function readProfile(name: string): Profile {
  const profiles = new Map(profileFiles().flatMap(path => readProfiles(path)));
  const profile = profiles.get(name);
  if (profile) return profile;
  const known = [...profiles.keys()].join(', ') || 'none';
  const places = candidates().map(path => (existsSync(path) ? path : `${path} (not there)`));
  throw new UsageError(`There is no profile ${name} (known: ${known}). Looked in: ${places.join(', ')}.`);
}

/** The later wins where two have a profile of one name. */
function candidates(): string[] {
  const { LICENSE_SERVER_PROFILES: given } = process.env;
  if (given) return [resolve(given)];
  return [resolve('.local/keys/profiles.json'), join(homedir(), '.config/license-server/profiles.json')];
}

function profileFiles(): string[] {
  return candidates().filter(path => existsSync(path));
}

function readProfiles(path: string): [string, Profile][] {
  const parsed = Profiles.safeParse(parseJson(path));
  if (!parsed.success)
    throw new UsageError(
      `${path} is wrong; it holds {"<name>": {"url", "keyid", "keyFile"}} or {"<name>": {"url", "secret"}}:\n${z.prettifyError(parsed.error)}`,
    );
  return Object.entries(parsed.data).map(([name, profile]) => [
    name,
    {
      ...profile,
      keyFile: profile.keyFile && resolve(dirname(path), profile.keyFile),
      clockFile: profile.clockFile && resolve(dirname(path), profile.clockFile),
    },
  ]);
}

/** The parser's own message is left out: it may quote the file. */
function parseJson(path: string): unknown {
  const text = readPrivateFile(path);
  try {
    return JSON.parse(text);
  } catch {
    throw new UsageError(`${path} is no JSON.`);
  }
}
