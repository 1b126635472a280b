import type { JsonService, Operation } from './json-service.ts';
import { secretOperations } from './secret-lifecycle.ts';
import { type RotationFunctions, SecretRotations } from './secret-rotation.ts';
import { type Secret, SecretStore } from './secret-store.ts';
import { type CanUseKey, secretValueOperations } from './secret-values.ts';

/** Emulates the part of AWS Secrets Manager that the license server and its clients use, in memory. */
export class SecretsManagerEmulator implements JsonService {
  readonly name = 'Secrets Manager';
  readonly invalidInput = 'InvalidParameterException';
  readonly operations: ReadonlyMap<string, Operation>;
  readonly #store: SecretStore;
  readonly #rotations: SecretRotations;

  /** @param now milliseconds since 1970 */
  constructor(now: () => number, functions: RotationFunctions, canUseKey: CanUseKey) {
    this.#store = new SecretStore(now);
    this.#rotations = new SecretRotations(this.#store, functions);
    this.operations = new Map(
      Object.entries({
        ...secretOperations(this.#store),
        ...secretValueOperations(this.#store, canUseKey),
        ...this.#rotations.operations(),
      }),
    );
  }

  /** Resolves when no rotation is running. */
  async rotationsSettled(): Promise<void> {
    await this.#rotations.settled();
  }

  /** By name. */
  get secrets(): ReadonlyMap<string, Secret> {
    return this.#store.secrets;
  }

  expire(): void {
    const nowMs = this.#store.now();
    for (const secret of this.#store.secrets.values()) {
      if (secret.deletionAtMs !== null && secret.deletionAtMs <= nowMs) this.#store.secrets.delete(secret.name);
    }
    this.#rotations.beginDue();
  }

  snapshot(): Secret[] {
    return [...this.secrets.values()];
  }

  restore(state: readonly Secret[]): void {
    this.#store.secrets.clear();
    for (const secret of state) this.#store.secrets.set(secret.name, secret);
  }
}
