import * as z from 'zod';
import type { PublicJwk } from '../../domain/chain/levels.ts';
import { thumbprintOf } from '../../domain/chain/thumbprint.ts';
import type { Client } from '../client.ts';
import { isRefusal } from '../problem-error.ts';
import { singleAttempt } from '../retries.ts';
import { ClockError } from '../server-clock.ts';
import type { Finding } from './finding.ts';

interface Expected {
  readonly client: Client;
  readonly application: string;
  readonly pinned: readonly PublicJwk[];
  /** The pinned Roots and their followed successors. */
  readonly known: readonly PublicJwk[];
}

const Trust = z.object({ roots: z.array(z.object({ kid: z.string() })).min(1) });

/** Checks that the server belongs to the pinned Root and knows the application. Published data is compared, never trusted. */
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
        isBlocking: false,
        message: `The pinned Root ${pinned.join(', ')} was replaced. Its announced successor ${follower} is known to this store only. Pin the successor once the vendor has confirmed its thumbprint through another channel than this server (docs/trust-chain.md): a holder of the former Root's key could have announced another.`,
      },
    ];
  return [
    blocking(
      `The pinned Root does not match ${client.url}: expected ${pinned.join(', ')}, got ${published.join(', ')} (RFC 7638 thumbprints). ` +
        'Ask the vendor for the Root and its thumbprint, through another channel than this server (docs/trust-chain.md, "How to obtain and pin the Root"). ' +
        "If the server's is correct, pin it; otherwise correct the URL, which belongs to another stage or vendor.",
    ),
  ];
}

async function compareApplication(client: Client, application: string): Promise<readonly Finding[]> {
  const { keys } = await client.call('get-own-application', {}, singleAttempt);
  const known = keys.map(({ keyid }) => keyid.split('.').slice(0, 2).join('/'));
  if (known.includes(application)) return [];
  return [
    blocking(
      `The signing key belongs to another application: expected ${application}, got ${known[0]}. Correct the name of the application, or use its own key.`,
    ),
  ];
}

function explain(client: Client, error: unknown): Finding {
  if (error instanceof ClockError) return blocking(error.message);
  if (Object(error).code === 'not-found') return blocking(noLicenseServer(client, 'it does not know the operation'));
  if (error instanceof z.ZodError) return blocking(noLicenseServer(client, 'it publishes no trust'));
  if (isRefusal(error) && error.code === 'unknown')
    return blocking(noLicenseServer(client, `it answers ${error.status} without a code`));
  if (isRefusal(error) && error.code === 'signature-invalid')
    return blocking(
      `The signature is rejected by ${client.url}. Check that the keyid is the one assigned by the vendor, that the private key belongs to it, and that it is registered at this stage.`,
    );
  if (isRefusal(error)) return blocking(`${client.url} refuses the request: ${error.message}`);
  const { message, cause } = Object(error);
  return {
    isBlocking: false,
    message: `The license server at ${client.url} can't be reached (${Object(cause).message ?? message}). If this persists, check the host and the region in the URL, and the route from this network.`,
  };
}

function noLicenseServer({ url }: Client, because: string): string {
  return `The server at ${url} is not a license server (${because}). Check the host, the region and the stage in the URL.`;
}

function blocking(message: string): Finding {
  return { isBlocking: true, message };
}
