import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import * as z from 'zod';
import { UsageError } from './exit.ts';
import { readPrivateFile } from './private-file.ts';
import { ServerUrl } from './server-url.ts';

/** A server and the credentials of a caller. */
export interface Profile {
  readonly url: string;
  readonly keyid?: string | undefined;
  /** Absolute path of the private key. */
  readonly keyFile?: string | undefined;
  /** ARN of a secret with both, as an alternative. */
  readonly secret?: string | undefined;
  /** Absolute path of the clock file of a local server: seconds that its clock is ahead. */
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
      'requires keyid and keyFile, or secret',
    ),
);

/** Reads a profile. @throws UsageError when it does not exist, or other users can read the file */
export function readProfile(name: string): Profile {
  const profiles = new Map(profileFiles().flatMap(path => readProfiles(path)));
  const profile = profiles.get(name);
  if (profile) return profile;
  const known = [...profiles.keys()].join(', ') || 'none';
  const places = candidates().map(path => (existsSync(path) ? path : `${path} (missing)`));
  throw new UsageError(`The profile ${name} does not exist: expected one of ${known}. Searched: ${places.join(', ')}.`);
}

/** Returns the candidate files; a later one takes precedence. */
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
      `The file ${path} is invalid: expected {"<name>": {"url", "keyid", "keyFile"}} or {"<name>": {"url", "secret"}}.\n${z.prettifyError(parsed.error)}`,
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

/** Parses JSON; omits the message of the parser, which may quote the file. */
function parseJson(path: string): unknown {
  const text = readPrivateFile(path);
  try {
    return JSON.parse(text);
  } catch {
    throw new UsageError(`The file ${path} is invalid: expected JSON.`);
  }
}
