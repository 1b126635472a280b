import { readFileSync } from 'node:fs';
import * as z from 'zod';
import { type Client, createClient, type KeyStore, preflight, type RootJwk, storedSigningKey } from '../sdk/index.ts';
import { type Clock, startClock } from './clock.ts';

/** What a service is told by its environment: addresses and names. No key, no secret. */
const Environment = z.object({
  LICENSE_SERVER_URL: z.url(),
  LICENSE_ROOT_FILE: z.string().describe('the Root as the vendor gave it, under change control'),
  CLOCK_AHEAD_FILE: z.string().optional().describe('of a local server whose clock is moved'),
  PARTNER_URL: z.url().optional(),
});

export interface License {
  readonly client: Client;
  readonly root: RootJwk;
  readonly store: KeyStore;
  readonly clock: Clock;
  readonly partnerUrl: string | undefined;
}

const RootFile = z.object({ kty: z.string(), crv: z.string(), x: z.string(), y: z.string() });

/** The client of a service, looked at before it serves anybody. @throws Misconfigured, StoreUnusable: their message says the mend */
export async function openLicense(application: string, store: KeyStore): Promise<License> {
  const environment = Environment.parse(process.env);
  const root = rootIn(environment.LICENSE_ROOT_FILE);
  const clock = startClock(environment.CLOCK_AHEAD_FILE);
  const key = await storedSigningKey(store);
  const client = createClient({ url: environment.LICENSE_SERVER_URL, key, now: clock.now });
  for (const concern of await preflight({ client, application, root, store })) console.error(concern);
  return { client, root, store, clock, partnerUrl: environment.PARTNER_URL };
}

function rootIn(file: string): RootJwk {
  try {
    return RootFile.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (error) {
    throw new Error(
      `LICENSE_ROOT_FILE, ${file}, holds no Root: put the JWK there that the vendor gave you (docs/trust-chain.md).`,
      { cause: error },
    );
  }
}

/** What a service that may not start says: the mend, no stack. */
export async function startOrSayWhy(start: () => Promise<string>): Promise<void> {
  try {
    console.log(`Listening on ${await start()}`);
  } catch (error) {
    const mend = error instanceof z.ZodError ? z.prettifyError(error) : Object(error).message;
    console.error(`This service can't start.\n${mend}`);
    process.exit(1);
  }
  // Whoever has started it keeps its input open: it ends when that one does.
  process.stdin.resume().once('end', () => process.exit(0));
}
