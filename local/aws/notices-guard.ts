import { Agent, type IncomingMessage, type ServerResponse, request as sendRequest } from 'node:http';
import { type LocalServer, listenLocally } from './http-server.ts';
import { checkObject, checkPublish, checkQueueCall } from './notice-rules.ts';
import { ServiceError } from './service-error.ts';

/** The protocols of SNS, SQS and S3 in which a refusal is written. */
type Protocol = 'query' | 'json' | 'rest';

/**
 * Starts a proxy before fauxqs, which refuses what AWS documents and fauxqs accepts (docs/aws-refusals.md).
 *
 * @param target address of fauxqs
 */
export async function startNoticesGuard(target: string): Promise<LocalServer> {
  const agent = new Agent({ keepAlive: true });
  const server = await listenLocally(0, (request, response) => {
    void answer(request, response, new URL(request.url ?? '/', target), agent);
  });
  return {
    endpoint: server.endpoint,
    async close() {
      agent.destroy();
      await server.close();
    },
  };
}

async function answer(request: IncomingMessage, response: ServerResponse, url: URL, agent: Agent): Promise<void> {
  const protocol = protocolOf(request);
  try {
    const body = await wholeBody(request);
    check(protocol, request, url, body);
    forward(request, response, { url, agent, body });
  } catch (error) {
    refuse(
      response,
      protocol,
      error instanceof ServiceError ? error : new ServiceError('InternalError', String(error), 500),
    );
  }
}

function protocolOf({ headers }: IncomingMessage): Protocol {
  const type = headers['content-type'] ?? '';
  if (type.includes('x-www-form-urlencoded')) return 'query';
  return type.includes('x-amz-json') ? 'json' : 'rest';
}

function check(protocol: Protocol, { headers, method = '' }: IncomingMessage, url: URL, body: Buffer): void {
  if (protocol === 'rest') checkObject(method, url.pathname, headers, body);
  else if (protocol === 'query') checkForm(new URLSearchParams(body.toString()));
  else checkQueueCall(String(headers['x-amz-target']).replace(/^.*\./, ''), JSON.parse(body.toString()));
}

function checkForm(form: URLSearchParams): void {
  if (form.get('Action') === 'Publish') checkPublish(form);
}

async function wholeBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function forward(
  { headers, method }: IncomingMessage,
  response: ServerResponse,
  { url, agent, body }: { url: URL; agent: Agent; body: Buffer },
): void {
  const onward = sendRequest(
    url,
    { method, headers: { ...headers, 'content-length': body.length }, agent },
    answered => {
      response.writeHead(answered.statusCode ?? 502, answered.headers);
      answered.pipe(response);
    },
  );
  onward.on('error', () => response.destroy());
  onward.end(body);
}

function refuse(response: ServerResponse, protocol: Protocol, { type, message, status }: ServiceError): void {
  const error = `<Error><Code>${type}</Code><Message>${message.replaceAll('<', '&lt;')}</Message></Error>`;
  const bodies = {
    json: JSON.stringify({ __type: `com.amazonaws.sqs#${type}`, message }),
    query: `<ErrorResponse>${error}</ErrorResponse>`,
    rest: error,
  };
  const contentType = protocol === 'json' ? 'application/x-amz-json-1.0' : 'application/xml';
  response.writeHead(status, { 'content-type': contentType });
  response.end(bodies[protocol]);
}
