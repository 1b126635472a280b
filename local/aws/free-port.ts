import { once } from 'node:events';
import { createServer } from 'node:net';

/**
 * Finds a port of 127.0.0.1 that was free a moment ago.
 *
 * @param port 0 means any
 * @returns undefined when the given port is in use
 */
export async function freePort(port: number): Promise<number | undefined> {
  const probe = createServer();
  probe.listen(port, '127.0.0.1');
  try {
    await once(probe, 'listening');
  } catch {
    return undefined;
  }
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  return address === null || typeof address === 'string' ? undefined : address.port;
}
