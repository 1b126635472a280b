import type { Client } from '../../../sdk/client.ts';
import { ProblemError } from '../../../sdk/problem-error.ts';
import type { SigningKey } from '../../../sdk/signing-key.ts';
import type { Instance } from '../server/instance.ts';
import type { TestServer } from '../server/server.ts';
import { signedClient } from './signed-client.ts';

const day = 86_400;

/** What a client keeps of a site, and does for it: it refreshes when it is time, and tries again the next day (docs/rules.md 3.5, 3.6). */
export class SiteClient {
  readonly siteId: string;
  /** the one on its disk */
  key: string;
  expiresAt: number;
  #refreshAfter: number;
  #idempotencyKey: string = crypto.randomUUID();
  #nextTry = 0;

  constructor({ siteId, key, refreshAfter, expiresAt }: Issued) {
    this.siteId = siteId;
    this.key = key;
    this.#refreshAfter = secondsOf(refreshAfter);
    this.expiresAt = secondsOf(expiresAt);
  }

  isDue(now: number): boolean {
    return now >= this.#refreshAfter && now >= this.#nextTry;
  }

  /** @returns the problem when it was refused */
  async refresh(client: Client, now: number): Promise<ProblemError | undefined> {
    this.#nextTry = now + day;
    const issued = await this.#ask(client).catch((error: unknown) => error);
    if (issued instanceof ProblemError) return issued;
    this.#persist(issued);
    return undefined;
  }

  /** The answer of the server is lost; the client asks again the next day. */
  async loseAnswer(client: Client, now: number): Promise<Issued> {
    this.#nextTry = now + day;
    this.#refreshAfter = now;
    return await this.#ask(client);
  }

  async #ask(client: Client): Promise<Issued> {
    const input = { siteId: this.siteId, key: this.key };
    return await client.call('refresh-key', input, { idempotencyKey: this.#idempotencyKey });
  }

  #persist(issued: unknown): void {
    const { key, refreshAfter, expiresAt } = Object(issued);
    if (typeof key !== 'string') throw issued;
    this.key = key;
    this.#refreshAfter = secondsOf(refreshAfter);
    this.expiresAt = secondsOf(expiresAt);
    this.#idempotencyKey = crypto.randomUUID();
    this.#nextTry = 0;
  }
}

interface Issued {
  readonly siteId: string;
  readonly key: string;
  readonly refreshAfter: string;
  readonly expiresAt: string;
}

function secondsOf(time: string): number {
  return Date.parse(time) / 1000;
}

/** A client that notes the Retry-After of every refusal which asks to try again. */
export function notingClient(server: TestServer, { fetch }: Instance, key: SigningKey) {
  const retryAfters: (string | null)[] = [];
  const noting: typeof fetch = async (url, init) => {
    const response = await fetch(url, init);
    if (response.status === 503) retryAfters.push(response.headers.get('retry-after'));
    return response;
  };
  return { client: signedClient(server, key, noting), retryAfters };
}
