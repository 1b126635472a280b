import type { JsonService, Operation } from './json-service.ts';
import { aliasOperations } from './kms-aliases.ts';
import { encryptionOperations } from './kms-encryption.ts';
import { keyOperations } from './kms-keys.ts';
import { signingOperations } from './kms-signing.ts';
import { type KmsAlias, type KmsKey, type KmsState, KmsStore } from './kms-store.ts';

/** Emulates the part of AWS KMS that the license server uses, in memory. */
export class KmsEmulator implements JsonService {
  readonly name = 'KMS';
  readonly invalidInput = 'ValidationException';
  readonly operations: ReadonlyMap<string, Operation>;
  readonly #store: KmsStore;

  /** @param now milliseconds since 1970 */
  constructor(now: () => number) {
    this.#store = new KmsStore(now);
    this.operations = new Map(
      Object.entries({
        ...keyOperations(this.#store),
        ...aliasOperations(this.#store),
        ...signingOperations(this.#store),
        ...encryptionOperations(this.#store),
      }),
    );
  }

  /** By key id (UUID). */
  get keys(): ReadonlyMap<string, KmsKey> {
    return this.#store.keys;
  }

  /** By name, `alias/` included. */
  get aliases(): ReadonlyMap<string, KmsAlias> {
    return this.#store.aliases;
  }

  /** Whether a service that encrypts under this key can use it now. */
  canEncrypt(reference: string): boolean {
    try {
      this.#store.usable(reference, 'ENCRYPT_DECRYPT', 'Encrypt');
      return true;
    } catch {
      return false;
    }
  }

  expire(): void {
    const nowMs = this.#store.now();
    for (const key of this.#store.keys.values()) {
      if (key.deletionAtMs !== null && key.deletionAtMs <= nowMs) this.#remove(key);
    }
  }

  snapshot(): KmsState {
    return { keys: [...this.keys.values()], aliases: [...this.aliases.values()] };
  }

  restore(state: KmsState): void {
    this.#store.keys.clear();
    this.#store.aliases.clear();
    for (const key of state.keys) this.#store.keys.set(key.keyId, key);
    for (const alias of state.aliases) this.#store.aliases.set(alias.name, alias);
  }

  #remove(key: KmsKey): void {
    this.#store.keys.delete(key.keyId);
    for (const alias of this.#store.aliases.values()) {
      if (alias.keyId === key.keyId) this.#store.aliases.delete(alias.name);
    }
  }
}
