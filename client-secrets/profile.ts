import * as z from 'zod';
import { type Client, type ClientSettings, createClient } from '../sdk/client.ts';
import { isServerUrl } from '../sdk/server-url.ts';
import { importSigningKey } from '../sdk/signing-key.ts';
import { RotationError } from './rotation-error.ts';

/** Secret with the URL of the license server and the signing key of the application. */
const Profile = z.object({
  url: z.string().refine(isServerUrl),
  keyid: z.string().min(1),
  privateKey: z.string().min(1),
});

/** Connection of the application to the license server. */
export interface Connection {
  readonly client: Client;
  /** Audience of verdicts: `application:<org>/<application>`. */
  readonly audience: string;
}

/** Parses the profile and creates a client. @param text of the secret @throws RotationError with the expected format; it does not quote the secret */
export async function connect(text: string, settings: Pick<ClientSettings, 'fetch' | 'now'>): Promise<Connection> {
  const profile = Profile.safeParse(parsed(text)).data;
  const key = profile && (await importSigningKey(profile.keyid, profile.privateKey).catch(() => undefined));
  const [org, application] = profile?.keyid.split('.') ?? [];
  if (!profile || !key || !org || !application)
    throw new RotationError(
      'profile-unreadable',
      'The profile is invalid: expected {"url": "https://…", "keyid": "<org>.<application>.…", "privateKey": "-----BEGIN PRIVATE KEY-----…"}.',
    );
  // Secrets Manager retries a rotation, so the function does not wait long for an unavailable server.
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
