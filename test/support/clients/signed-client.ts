import { type Client, createClient } from '../../../sdk/client.ts';
import type { SigningKey } from '../../../sdk/signing-key.ts';

/** Where the requests go, and by which clock they are signed: a `TestServer`. */
interface Addressed {
  readonly url: string;
  readonly clock: { readonly at: number };
}

/**
 * Creates a client that signs with this key by the clock of the server. It makes one attempt, so that a test sees each answer.
 * @param send replaces `fetch`: an `Instance`'s, or one that counts, delays or fails
 */
export function signedClient({ url, clock }: Addressed, key: SigningKey, send: typeof fetch = fetch): Client {
  return createClient({ url, key, now: () => clock.at, attempts: 1, fetch: send });
}
