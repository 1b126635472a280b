import type { Admission } from '../../../sdk/guard/admission.ts';
import { createLicenseGuard, type LicenseGuard } from '../../../sdk/guard/license-guard.ts';
import type { KeyStore } from '../../../sdk/stores/key-store.ts';
import { type KeyOf, newSigningServer, type SignedKey } from '../server/signing-server.ts';

export const begin = 1_795_000_000;

export interface PresentedKey extends SignedKey {
  readonly of: Required<KeyOf>;
}

const memory = 'guard/application:hub/hwf';

/** A machine of `hub/hwf` whose owner decides about its line, its disk and its processes, and may answer in the server's place. */
export class Machine {
  readonly server = newSigningServer(begin);
  readonly troubles: unknown[] = [];
  readonly reported: unknown[] = [];
  guard!: LicenseGuard;
  /** what a proxy that opens TLS answers to get-own-application instead */
  forgedAnswer: object | undefined;
  /** every token of the application that the server has given */
  readonly tokens: string[] = [];
  /** what the guard goes by now: of its disk, or of the last token that it was given and took */
  learned: ClaimsOfToken | undefined;
  #text: string | undefined;
  #process = 0;
  #given: { readonly token: string; readonly troubles: number } | undefined;

  get disk(): string | undefined {
    return this.#text;
  }

  /** A process on the disk as it is. */
  async start(): Promise<void> {
    await this.startOn(this.#text);
  }

  /** @param disk undefined: it was lost */
  async startOn(disk: string | undefined): Promise<void> {
    this.#text = disk;
    this.learned = this.#policyOnDisk();
    const { server } = this;
    this.guard = await createLicenseGuard({
      client: { now: () => server.at, call: async (...asked: never[]) => await this.#call(...asked) } as never,
      application: 'hub/hwf',
      root: server.root,
      store: this.#diskOf(++this.#process),
      clocks: () => ({ clock: server.at, ticks: server.at - begin }),
      random: () => 0.5,
      sendAlert: async report => this.reported.push(report),
      onError: error => this.troubles.push(error),
    });
  }

  newKey(of: Required<KeyOf>): PresentedKey {
    return { ...this.server.newKey(of), of };
  }

  async check(key: PresentedKey): Promise<Admission> {
    const admission = await this.guard.check(key.key);
    // A question that needs no answer at once, and that for the policy, are answered all the same.
    await new Promise(resolve => setImmediate(resolve));
    if (this.#given !== undefined) await this.#hasTaken(this.#given);
    this.#given = undefined;
    return admission;
  }

  /** The policy is learned beside the answer: by what the guard writes down it shows that it has. */
  async #hasTaken({ token, troubles }: { token: string; troubles: number }): Promise<void> {
    while (this.troubles.length === troubles && policyOn(this.#text) !== token) {
      await this.guard.close();
      await new Promise(resolve => setImmediate(resolve));
    }
    this.learned = this.#policyOnDisk();
  }

  /** @returns undefined also for one that the server has not given */
  #policyOnDisk(): ClaimsOfToken | undefined {
    const token = policyOn(this.#text);
    return token !== undefined && this.tokens.includes(token) ? claimsIn(token) : undefined;
  }

  async #call(...asked: never[]): Promise<unknown> {
    const answer: { token: string } = Object(
      await this.server.client.call(...(asked as unknown as ['get-trust', object])),
    );
    if (asked[0] !== 'get-own-application') return answer;
    this.tokens.push(Object(answer).token);
    const given = { ...answer, ...this.forgedAnswer };
    this.#given = { token: given.token, troubles: this.troubles.length };
    return given;
  }

  /** A process that has ended writes nothing any more. */
  #diskOf(process: number): KeyStore {
    return {
      names: async () => [],
      read: async name =>
        name !== memory || this.#text === undefined ? undefined : { text: this.#text, version: this.#text },
      write: async (_, text, before) => {
        if (process !== this.#process || before !== this.#text) return undefined;
        this.#text = text;
        return text;
      },
    };
  }
}

interface ClaimsOfToken {
  readonly iat: number;
  readonly policy: { readonly enforcesFor: readonly string[]; readonly enterprises: string };
}

function claimsIn(token: string): ClaimsOfToken {
  return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
}

function policyOn(disk: string | undefined): string | undefined {
  return disk === undefined ? undefined : JSON.parse(disk).policy;
}
