import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/**
 * What happens to one attempt of the AWS SDK on the wire. Up to `request reset` the service never sees the request; after that it has
 * served it, and only the answer suffers.
 */
export const linkFaults = [
  'connection closed',
  'request reset',
  'answer reset',
  'answer torn',
  'answer stalls',
  'never answered',
  'answered slowly',
  'gateway page',
  'unreadable answer',
] as const;
export type LinkFault = (typeof linkFaults)[number];

/** One attempt as it comes over the wire. */
export interface WireAttempt {
  /** The value of the header by which a test marks its clients. */
  readonly worker: string | undefined;
  /** 1, 2, 3 */
  readonly attempt: number;
  readonly path: string;
}

/** A proxy between AWS SDK clients and one emulator, which spoils what it is told to. */
export interface AwsLink {
  readonly endpoint: string;
  close(): Promise<void>;
}

/** The header that tells whose client a request is from; the emulators ignore it. */
export const workerHeader = 'x-test-worker';
const slowMs = 300;

/** @param faultOf decides about each attempt; undefined lets it pass */
export async function startAwsLink(
  endpoint: string,
  faultOf: (attempt: WireAttempt) => LinkFault | undefined,
): Promise<AwsLink> {
  const server = createServer((incoming, outgoing) => {
    pass(incoming, outgoing).catch(() => outgoing.destroy());
  });

  async function pass(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const fault = faultOf(attemptOf(incoming));
    if (fault === 'connection closed') return void incoming.socket.destroy();
    const body = Buffer.concat(await incoming.toArray());
    if (fault === 'request reset') return reset(incoming.socket);
    const answer = await served(new URL(incoming.url ?? '/', endpoint), incoming, body);
    await answerOf[fault ?? 'answered'](answer, outgoing, incoming.socket);
  }

  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  return {
    endpoint: `http://127.0.0.1:${port}`,
    async close() {
      server.closeAllConnections();
      await new Promise(resolve => server.close(resolve));
    },
  };
}

interface Answer {
  readonly status: number;
  readonly headers: readonly string[];
  readonly body: Buffer;
}

type Answering = (answer: Answer, to: ServerResponse, socket: Socket) => void | Promise<void>;
type FaultOfAnswer = Exclude<LinkFault, 'connection closed' | 'request reset'>;

const answerOf: Readonly<Record<FaultOfAnswer | 'answered', Answering>> = {
  answered: write,
  'answer reset': (_answer, _to, socket) => reset(socket),
  'answer torn': (answer, to, socket) => half(answer, to, () => reset(socket)),
  'answer stalls': (answer, to) => half(answer, to, () => {}),
  'never answered': () => {},
  'answered slowly': async (answer, to) => {
    await new Promise(resolve => setTimeout(resolve, slowMs));
    write(answer, to);
  },
  'gateway page': (_answer, to) => {
    to.writeHead(502, { 'content-type': 'text/html' }).end('<html><body>Bad gateway</body></html>');
  },
  // As long as it says, so nothing but its content shows that the end is missing; an object of S3 has no form that would show it.
  'unreadable answer': ({ status, headers, body }, to) => {
    const isStructured = /json|xml/.test(String(headers)) || body.length === 0;
    write({ status, headers, body: isStructured ? body.subarray(0, Math.floor(body.length / 2)) : body }, to);
  },
};

function write({ status, headers, body }: Answer, to: ServerResponse): void {
  to.writeHead(status, [...withoutLength(headers), 'content-length', String(body.length)]).end(body);
}

function half({ status, headers, body }: Answer, to: ServerResponse, then: () => void): void {
  to.writeHead(status, [...withoutLength(headers), 'content-length', String(body.length + 1)]);
  to.write(body.subarray(0, Math.ceil(body.length / 2)), then);
}

function withoutLength(headers: readonly string[]): string[] {
  const pairs = headers.flatMap((name, i) => (i % 2 === 0 ? [[name, headers[i + 1] ?? '']] : []));
  return pairs.filter(([name = '']) => !/^(content-length|transfer-encoding|connection)$/i.test(name)).flat();
}

function reset(socket: Socket): void {
  socket.resetAndDestroy();
}

function attemptOf({ headers, url = '' }: IncomingMessage): WireAttempt {
  const attempt = Number(/attempt=(\d+)/.exec(String(headers['amz-sdk-request']))?.[1] ?? 1);
  return { worker: [headers[workerHeader]].flat()[0], attempt, path: url };
}

async function served(url: URL, { method = 'GET', headers }: IncomingMessage, body: Buffer): Promise<Answer> {
  const sent = request(url, { method, headers });
  sent.end(body);
  const [answer]: IncomingMessage[] = await once(sent, 'response');
  return {
    status: answer?.statusCode ?? 500,
    headers: answer?.rawHeaders ?? [],
    body: Buffer.concat((await answer?.toArray()) ?? []),
  };
}
