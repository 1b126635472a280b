import * as z from 'zod';
import type { PublicJwk } from '../../domain/chain/levels.ts';
import { thumbprintOf } from '../../domain/chain/thumbprint.ts';
import type { Client } from '../client.ts';
import { isRefusal } from '../problem-error.ts';
import { singleAttempt } from '../retries.ts';
import { WrongClockError } from '../server-clock.ts';
import type { Finding } from './finding.ts';

interface Expected {
  readonly client: Client;
  readonly application: string;
  readonly pinned: readonly PublicJwk[];
  /** the pinned ones, and those that have followed since */
  readonly known: readonly PublicJwk[];
}

const Trust = z.object({ roots: z.array(z.object({ kid: z.string() })).min(1) });

/** Whether the server is the one that the Root belongs to, and knows the application. What it publishes is compared, never believed. */
export async function probeServer({ client, application, ...roots }: Expected): Promise<readonly Finding[]> {
  const explained = (error: unknown) => [explain(client, error)];
  try {
    const ofRoots = await compareRoots(client, roots);
    return [...ofRoots, ...(await compareApplication(client, application).catch(explained))];
  } catch (error) {
    return explained(error);
  }
}

async function compareRoots(client: Client, roots: Pick<Expected, 'pinned' | 'known'>): Promise<readonly Finding[]> {
  const trust = Trust.parse(await client.call('get-trust', {}, singleAttempt));
  const published = trust.roots.map(({ kid }) => kid);
  const pinned = await Promise.all(roots.pinned.map(thumbprintOf));
  if (pinned.some(thumbprint => published.includes(thumbprint))) return [];
  const known = await Promise.all(roots.known.map(thumbprintOf));
  const follower = known.find(thumbprint => published.includes(thumbprint));
  if (follower)
    return [
      {
        needsMending: false,
        message: `The pinned Root, ${pinned.join(', ')}, was replaced. Its announced successor ${follower} was learned in time, and all works, but only this store knows the way to it. Pin that one in its place once the vendor has confirmed its thumbprint to you, by another way than this server (docs/trust-chain.md): who could sign with the former Root could have announced another.`,
      },
    ];
  return [
    mustBeMended(
      `The pinned Root is ${pinned.join(', ')}, but ${client.url} works under ${published.join(', ')} (RFC 7638 thumbprints). ` +
        'Ask the vendor for the Root and its thumbprint, by another way than this server (docs/trust-chain.md, "How to obtain and pin the Root"): ' +
        "pin that one if the server's is right, else mend the URL: it is another stage's or another vendor's.",
    ),
  ];
}

async function compareApplication(client: Client, application: string): Promise<readonly Finding[]> {
  const { keys } = await client.call('get-own-application', {}, singleAttempt);
  const known = keys.map(({ keyid }) => keyid.split('.').slice(0, 2).join('/'));
  if (known.includes(application)) return [];
  return [
    mustBeMended(
      `The signing key is that of ${known[0]}, not of ${application}: mend the name of the application, or take its own key.`,
    ),
  ];
}

function explain(client: Client, error: unknown): Finding {
  if (error instanceof WrongClockError) return mustBeMended(error.message);
  if (Object(error).code === 'not-found') return mustBeMended(noLicenseServer(client, 'it knows no such operation'));
  if (error instanceof z.ZodError) return mustBeMended(noLicenseServer(client, 'it publishes no trust'));
  if (isRefusal(error) && error.code === 'unknown')
    return mustBeMended(noLicenseServer(client, `it answers ${error.status} without a code`));
  if (isRefusal(error) && error.code === 'signature-invalid')
    return mustBeMended(
      `${client.url} does not take the signature: is the keyid the one that the vendor gave, is the private key its other half, and were they registered at this stage?`,
    );
  if (isRefusal(error)) return mustBeMended(`${client.url} refuses: ${error.message}`);
  const { message, cause } = Object(error);
  return {
    needsMending: false,
    message: `The license server at ${client.url} can't be asked now (${Object(cause).message ?? message}): if that does not pass, are the host and the region in the URL right, and is there a way to it from this network?`,
  };
}

function noLicenseServer({ url }: Client, because: string): string {
  return `What answers at ${url} is no license server (${because}): are the host, the region and the stage in the URL right?`;
}

function mustBeMended(message: string): Finding {
  return { needsMending: true, message };
}
