import { readFileSync } from 'node:fs';
import * as z from 'zod';
import { type Client, createClient, type KeyStore, preflight, type RootJwk, storedSigningKey } from '../sdk/index.ts';
import { type Clock, startClock } from './clock.ts';

/** Environment of a service: addresses and names, no key and no secret. */
const Environment = z.object({
  LICENSE_SERVER_URL: z.url(),
  LICENSE_ROOT_FILE: z.string().describe('the Root as received from the vendor, under change control'),
  CLOCK_AHEAD_FILE: z.string().optional().describe('of a local server whose clock is advanced'),
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

/** Opens the license client of a service and checks its configuration. @throws ConfigurationError, StoreError with the remedy in the message */
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
      `LICENSE_ROOT_FILE ${file} is invalid: expected the Root as a JWK. Put the JWK of the vendor there (docs/trust-chain.md).`,
      { cause: error },
    );
  }
}

/** Starts a service; on an error prints the remedy without a stack trace, and exits with 1. */
export async function startOrExit(start: () => Promise<string>): Promise<void> {
  try {
    console.log(`Listening on ${await start()}`);
  } catch (error) {
    const remedy = error instanceof z.ZodError ? z.prettifyError(error) : Object(error).message;
    console.error(`This service can't start.\n${remedy}`);
    process.exit(1);
  }
  // The parent process keeps the standard input open; its end stops the service.
  process.stdin.resume().once('end', () => process.exit(0));
}
