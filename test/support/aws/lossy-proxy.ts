import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, request, type ServerResponse } from 'node:http';

/** What happens to one request: it never gets there, its answer is lost, or breaks off in the middle. */
export type Loss = 'request lost' | 'answer lost' | 'answer torn' | 'answered';

export interface LossyProxy {
  readonly url: string;
  /** of the requests to come, the next first; when it is empty all are answered */
  readonly losses: Loss[];
  /** every key that left the server */
  readonly left: Set<string>;
  /** what happens when a request was lost: the client may be killed */
  onLoss: () => void;
  close(): Promise<void>;
}

/** Stands between a client and the server on 127.0.0.1. @param url of the server, with the stage */
export async function startLossyProxy(url: string): Promise<LossyProxy> {
  const { origin, pathname } = new URL(url);
  const losses: Loss[] = [];
  const left = new Set<string>();
  const server = createServer((incoming, response) => {
    pass(incoming, response).catch(() => response.destroy());
  });

  async function pass(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = Buffer.concat(await incoming.toArray());
    const loss = losses.shift() ?? 'answered';
    if (loss === 'request lost') return lose(response);
    const { method = 'GET', url: path = '', headers } = incoming;
    const answer = await forwarded(`${origin}${path}`, method, headers, body);
    const { key } = Object(JSON.parse(answer.text));
    if (typeof key === 'string') left.add(key);
    if (loss === 'answer lost') return lose(response);
    response.writeHead(answer.status, {
      'content-type': answer.type,
      'content-length': Buffer.byteLength(answer.text),
    });
    if (loss === 'answered') response.end(answer.text);
    else response.write(answer.text.slice(0, answer.text.length / 2), () => lose(response));
  }

  function lose(response: ServerResponse): void {
    proxy.onLoss();
    response.destroy();
  }

  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const proxy: LossyProxy = {
    url: `http://127.0.0.1:${port}${pathname}`,
    losses,
    left,
    onLoss: () => {},
    async close() {
      server.closeAllConnections();
      await new Promise(resolve => server.close(resolve));
    },
  };
  return proxy;
}

/** The headers go on as they came, `host` too: it is signed. */
async function forwarded(url: string, method: string, headers: IncomingHttpHeaders, body: Buffer) {
  const sent = request(url, { method, headers });
  sent.end(body);
  const [answer]: IncomingMessage[] = await once(sent, 'response');
  const text = Buffer.concat((await answer?.toArray()) ?? []).toString();
  return { status: answer?.statusCode ?? 500, type: answer?.headers['content-type'] ?? '', text };
}
