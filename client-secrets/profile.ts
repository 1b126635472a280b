import * as z from 'zod';
import { type Client, type ClientSettings, createClient } from '../sdk/client.ts';
import { isServerUrl } from '../sdk/server-url.ts';
import { importSigningKey } from '../sdk/signing-key.ts';
import { RotationError } from './rotation-error.ts';

/** A secret of its own: where the license server is, and what this application signs its requests with. */
const Profile = z.object({
  url: z.string().refine(isServerUrl),
  keyid: z.string().min(1),
  privateKey: z.string().min(1),
});

/** The license server, as this application calls it. */
export interface Connection {
  readonly client: Client;
  /** `application:<org>/<application>`, whom verdicts are for */
  readonly audience: string;
}

/** @param text of the secret @throws RotationError which says what a profile looks like, and nothing of what was there */
export async function connect(text: string, settings: Pick<ClientSettings, 'fetch' | 'now'>): Promise<Connection> {
  const profile = Profile.safeParse(parsed(text)).data;
  const key = profile && (await importSigningKey(profile.keyid, profile.privateKey).catch(() => undefined));
  const [org, application] = profile?.keyid.split('.') ?? [];
  if (!profile || !key || !org || !application)
    throw new RotationError(
      'profile-unreadable',
      'The secret of the profile must be {"url": "https://…", "keyid": "<org>.<application>.…", "privateKey": "-----BEGIN PRIVATE KEY-----…"}.',
    );
  // Secrets Manager tries a rotation again: the function need not wait long for a server that is away.
  const client = createClient({ ...settings, url: profile.url, key, attempts: 3, budgetMs: 20_000 });
  return { client, audience: `application:${org}/${application}` };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
