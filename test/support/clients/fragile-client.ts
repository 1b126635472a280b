import { ProblemError } from '../../../sdk/problem-error.ts';
import type { SigningKey } from '../../../sdk/signing-key.ts';
import type { FaultKind } from '../aws/aws-faults.ts';
import { type Fault, Killed } from '../aws/meter.ts';
import type { SeededRandom } from '../seeded.ts';
import { type Instance, startInstance } from '../server/instance.ts';
import type { TestServer } from '../server/server.ts';

/** What a site keeps on its disk: both together, in one write, before it calls (docs/rules.md 3.6). */
export interface Persisted {
  readonly key: string;
  readonly idempotencyKey: string;
}

/** What goes wrong during one attempt of a refresh. */
export type Mishap =
  /** the function dies before or after its nth request to AWS */
  | { readonly kind: 'killed'; readonly nth: number; readonly when: 'hang-before' | 'hang-after' }
  /** replies of its nth request are lost, one for each attempt of the SDK */
  | { readonly kind: 'reply lost'; readonly nth: number; readonly pattern: readonly FaultKind[] }
  /** its nth request takes so long that the client gives up and asks again: it goes on after that */
  | { readonly kind: 'overtaken'; readonly nth: number }
  | { readonly kind: 'answer lost' }
  /** after persisting, before it calls */
  | { readonly kind: 'client killed before the call' }
  /** after the answer came, before it was persisted */
  | { readonly kind: 'client killed before persisting' };

const patterns = [
  ['drop-before'],
  ['drop-after'],
  ['drop-after', 'drop-after'],
  ['drop-before', 'drop-after'],
  ['drop-after', 'drop-after', 'drop-after'],
  ['drop-before', 'drop-before', 'drop-before'],
] as const;

/** A warm refresh makes four requests to AWS, a cold one seven. */
export function someMishap(random: SeededRandom): Mishap {
  const nth = 1 + random.below(7);
  return random.pick<() => Mishap>([
    () => ({ kind: 'killed', nth, when: random.pick(['hang-before', 'hang-after']) }),
    () => ({ kind: 'killed', nth, when: random.pick(['hang-before', 'hang-after']) }),
    () => ({ kind: 'reply lost', nth, pattern: random.pick(patterns) }),
    () => ({ kind: 'overtaken', nth: 1 + random.below(4) }),
    () => ({ kind: 'answer lost' }),
    () => ({ kind: 'client killed before the call' }),
    () => ({ kind: 'client killed before persisting' }),
  ])();
}

export interface Attempted {
  /** every key that left the server, also those that never reached the client */
  readonly left: string | undefined;
  /** what the client knows of the answer */
  readonly received: string | undefined;
}

/** The functions that one client reaches; those that are killed come back cold. */
export class FragileServer {
  readonly #server: TestServer;
  readonly #signingKey: SigningKey;
  #instance: Instance;
  readonly #late: (() => Promise<string | undefined>)[] = [];

  private constructor(server: TestServer, signingKey: SigningKey, instance: Instance) {
    this.#server = server;
    this.#signingKey = signingKey;
    this.#instance = instance;
  }

  static async start(server: TestServer, signingKey: SigningKey): Promise<FragileServer> {
    return new FragileServer(server, signingKey, await startInstance(server));
  }

  /** One attempt of the client to refresh with what it has persisted. */
  async attempt(site: { siteId: string; mode?: 'production' }, has: Persisted, mishap?: Mishap): Promise<Attempted> {
    if (mishap?.kind === 'client killed before the call') return { left: undefined, received: undefined };
    const left = await this.#answerUnder(mishap, async () => await this.#refresh(site, has));
    const isLost = mishap?.kind === 'answer lost' || mishap?.kind === 'client killed before persisting';
    return { left, received: isLost ? undefined : left };
  }

  /** Lets what was overtaken come to its end. @returns the keys that still left the server */
  async letGo(): Promise<string[]> {
    const keys = await Promise.all(this.#late.splice(0).map(async finish => await finish()));
    return keys.flatMap(key => key ?? []);
  }

  async #refresh({ siteId, mode }: { siteId: string; mode?: 'production' }, { key, idempotencyKey }: Persisted) {
    const client = this.#instance.client(this.#signingKey);
    const input = { siteId, key, ...(mode && { mode }) };
    return (await client.call('refresh-key', input, { idempotencyKey })).key;
  }

  async #answerUnder(mishap: Mishap | undefined, work: () => Promise<string>): Promise<string | undefined> {
    if (mishap?.kind === 'overtaken') return await this.#overtaken(mishap.nth, work);
    const fault = fromNth(mishap && 'nth' in mishap ? mishap.nth : 0, ({ attempt }) =>
      mishap?.kind === 'killed' ? mishap.when : mishap?.kind === 'reply lost' ? mishap.pattern[attempt - 1] : undefined,
    );
    try {
      return await this.#server.meter.faulty(fault, work);
    } catch (error) {
      if (error instanceof Killed) this.#instance = await startInstance(this.#server);
      // Any other failure would be a lock-out, for the client cannot get past it by itself.
      else if (!(error instanceof ProblemError) || error.status !== 503) throw error;
      return undefined;
    }
  }

  /** @returns undefined as soon as the client gives up; its answer when it makes fewer requests than that */
  async #overtaken(nth: number, work: () => Promise<string>): Promise<string | undefined> {
    const reached = Promise.withResolvers<undefined>();
    const released = Promise.withResolvers<undefined>();
    const fault = fromNth(nth, async () => {
      reached.resolve(undefined);
      return await released.promise;
    });
    // Its instance is busy: the next attempt reaches another one.
    const answer = this.#server.meter.faulty(fault, work);
    const early = await Promise.race([answer, reached.promise]);
    if (early) return early;
    this.#instance = await startInstance(this.#server);
    this.#late.push(async () => {
      released.resolve(undefined);
      return await answer.catch(() => undefined);
    });
    return undefined;
  }
}

/** Strikes the attempts of the nth request to AWS. */
export function fromNth(nth: number, strike: Fault): Fault {
  let seen = 0;
  return call => {
    if (call.attempt === 1) seen++;
    return seen === nth ? strike(call) : undefined;
  };
}
