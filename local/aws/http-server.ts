import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import { ServiceError } from './service-error.ts';

/** Lambda's limit for a request (6 MB), the largest of the emulated services. */
const maxBodyBytes = 6_291_456;

export interface LocalServer {
  readonly endpoint: string;
  close(): Promise<void>;
}

/**
 * Starts a server on 127.0.0.1.
 *
 * @param port 0 means any free port
 */
export async function listenLocally(port: number, listener: RequestListener): Promise<LocalServer> {
  const server = createServer(listener);
  server.listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
  } catch (error) {
    throw new Error(
      `The port ${port} of 127.0.0.1 can't be used. Stop the program that uses it, or choose another port.`,
      {
        cause: error,
      },
    );
  }
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server has no TCP address');
  return {
    endpoint: `http://127.0.0.1:${address.port}`,
    close: async () => {
      if (!server.listening) return;
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

/** Reads a body. @throws RequestTooLargeException after the whole body was read: the client reads no earlier response */
export async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request) {
    length += chunk.length;
    if (length <= maxBodyBytes) chunks.push(chunk);
  }
  if (length > maxBodyBytes) {
    throw new ServiceError('RequestTooLargeException', `Request must be smaller than ${maxBodyBytes} bytes`, 413);
  }
  return Buffer.concat(chunks);
}

/**
 * Refuses requests of web pages: a browser adds Origin, and DNS rebinding sends another Host.
 *
 * @throws AccessDeniedException
 */
export function refuseBrowsers(request: IncomingMessage): void {
  const host = request.headers.host ?? '';
  if (request.headers.origin === undefined && /^(127\.0\.0\.1|localhost)(:\d+)?$/.test(host)) return;
  throw new ServiceError('AccessDeniedException', 'The local services answer programs of this machine only', 403);
}
