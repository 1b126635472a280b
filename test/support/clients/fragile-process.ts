import type { KeyStore } from '../../../sdk/stores/key-store.ts';
import { Killed } from '../aws/meter.ts';
import type { SeededRandom } from '../seeded.ts';
import { type Instance, startInstance } from '../server/instance.ts';
import type { TestServer } from '../server/server.ts';
import { fromNth, type Mishap } from './fragile-client.ts';

/** The process has died: whatever it was at, nothing of it happens any more. */
export class Crash extends Error {}

/** What befalls a process of the client: it dies at its nth step outward, or the server has a mishap with its nth request. */
export interface Fate {
  /** 1, 2, 3 …, counted over reads, writes and requests */
  readonly step: number;
  readonly kind: 'dies before' | 'dies after' | Exclude<Mishap['kind'], `client ${string}`>;
  readonly mishap?: Mishap;
}

export function someFate(random: SeededRandom): Fate {
  const step = 1 + random.below(12);
  const nth = 1 + random.below(7);
  return random.pick<() => Fate>([
    () => ({ step, kind: 'dies before' }),
    () => ({ step, kind: 'dies after' }),
    () => ({ step, kind: 'dies after' }),
    () => ({ step, kind: 'answer lost' }),
    () => ({ step, kind: 'killed', mishap: { kind: 'killed', nth, when: random.pick(['hang-before', 'hang-after']) } }),
    () => ({
      step,
      kind: 'reply lost',
      mishap: {
        kind: 'reply lost',
        nth,
        pattern: random.pick([['drop-after'], ['drop-after', 'drop-after', 'drop-after']]),
      },
    }),
  ])();
}

/** One process of the client: its way to the server and to its store, both of which it loses when it dies. */
export class FragileProcess {
  readonly #server: TestServer;
  readonly #there: { instance: Instance };
  readonly #fate: Fate | undefined;
  readonly #left: Set<string>;
  #steps = 0;
  #isDead = false;
  readonly #death = Promise.withResolvers<never>();

  /** @param there the functions that it reaches @param left collects every key that leaves the server */
  constructor(server: TestServer, there: { instance: Instance }, left: Set<string>, fate?: Fate) {
    this.#server = server;
    this.#there = there;
    this.#left = left;
    this.#fate = fate;
    this.#death.promise.catch(() => {});
  }

  readonly fetch: typeof fetch = async (url, init) =>
    await this.#step(async strikes => await this.#send(url, init, strikes));

  /** @throws Crash as soon as the process dies, whatever the work would make of it */
  async live<T>(work: Promise<T>): Promise<T> {
    return await Promise.race([work, this.#death.promise]);
  }

  storeOf(store: KeyStore): KeyStore {
    return {
      read: async name => await this.#step(async () => await store.read(name)),
      write: async (name, text, before) => await this.#step(async () => await store.write(name, text, before)),
      names: async () => await store.names(),
    };
  }

  async #step<T>(work: (strikes: boolean) => Promise<T>): Promise<T> {
    if (this.#isDead) return await new Promise<never>(() => {});
    const strikes = ++this.#steps === this.#fate?.step;
    if (strikes && this.#fate?.kind === 'dies before') this.#die();
    const result = await work(strikes);
    if (strikes && this.#fate?.kind === 'dies after') this.#die();
    return result;
  }

  #die(): never {
    this.#isDead = true;
    this.#death.reject(new Crash());
    throw new Crash();
  }

  async #send(url: Parameters<typeof fetch>[0], init: RequestInit | undefined, strikes: boolean): Promise<Response> {
    const response = await this.#answer(url, init, strikes ? this.#fate?.mishap : undefined);
    const { key } = Object(await response.clone().json());
    if (typeof key === 'string') this.#left.add(key);
    if (strikes && this.#fate?.kind === 'answer lost') throw new TypeError('the connection broke');
    return response;
  }

  async #answer(url: Parameters<typeof fetch>[0], init: RequestInit | undefined, mishap: Mishap | undefined) {
    const fault = fromNth(mishap && 'nth' in mishap ? mishap.nth : 0, ({ attempt }) =>
      mishap?.kind === 'killed' ? mishap.when : mishap?.kind === 'reply lost' ? mishap.pattern[attempt - 1] : undefined,
    );
    try {
      return await this.#server.meter.faulty(fault, async () => await this.#there.instance.fetch(url, init));
    } catch (error) {
      if (!(error instanceof Killed)) throw error;
      this.#there.instance = await startInstance(this.#server);
      throw new TypeError('the connection broke');
    }
  }
}
